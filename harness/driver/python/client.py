"""Drives agents with asyncio, by duet's driver protocol (PROTOCOL.md).

    python client.py aiohttp          asyncio's own loop, aiohttp
    python client.py aiohttp uvloop   the same on uvloop
    python client.py httpx            httpx as it is found in most programs: a
                                      client for every call, all defaults, aiter_lines
    python client.py httpx tuned      one client, no proxies, no TLS context, raw bytes

Needs Python 3.9, and aiohttp 3.8 or httpx 0.23.
"""

import sys

sys.path[:] = [p for p in sys.path if p]  # nothing from the folder duet happens to run in

import asyncio
import json
import platform
import time

LIBRARY = sys.argv[1]
VARIANT = sys.argv[2] if len(sys.argv) > 2 else ""
MAX_LINE = 8 << 20
BEAT = 5.0
LINGERS = 0.005  # how long the end of a body may follow its final chunk
ANSWER = "{{answer}}"
TIMINGS = ("total_duration", "load_duration", "prompt_eval_duration", "eval_duration", "prompt_eval_count", "prompt_eval_cached_count", "eval_count")

RUNTIME = "CPython " + platform.python_version()
if platform.python_implementation() != "CPython":
    RUNTIME = platform.python_implementation() + " " + platform.python_version()
if LIBRARY == "aiohttp":
    import aiohttp

    RUNTIME += ", aiohttp " + aiohttp.__version__
else:
    import httpx

    RUNTIME += ", httpx " + httpx.__version__
if VARIANT == "uvloop":
    import uvloop

    uvloop.install()
    RUNTIME += ", uvloop " + uvloop.__version__

if hasattr(time, "clock_gettime_ns"):

    def mono():
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC)

else:
    mono = time.monotonic_ns


def peak_rss():
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class CallFailed(Exception):
    """A call failed for a reason that the protocol words."""


def excerpt(text):
    return json.dumps(text[:120])


def failure(error):
    """What the value of "error" says: a text, an object with a message, or a text that is such an object."""
    if isinstance(error, dict) and error.get("message"):
        return failure(error["message"])
    if not isinstance(error, str):
        return excerpt(json.dumps(error)) if error is not None else ""
    try:
        return failure(json.loads(error)["error"]) if error.startswith("{") else error
    except (ValueError, KeyError, TypeError):
        return error


def timings(chunk, line):
    """The server's own figures: whole numbers, however they are written; those it left out stay out."""
    out = {}
    for name in TIMINGS:
        value = chunk.get(name)
        if isinstance(value, float):
            if not value.is_integer():
                raise CallFailed("%r is no whole number, in the stream: %s" % (value, excerpt(line)))
            value = int(value)
        if value is not None:
            out[name] = value
    return out


class Stream:
    """Takes the bytes of one reply, and makes a call of them."""

    def __init__(self, call, keep, model):
        self.call = call
        self.keep = keep
        self.model = model
        self.heard = mono()
        self.odd = ""  # the last line, where it had neither text nor an end
        self.rest, self.size = [], 0  # a line that has not ended yet, in parts
        self.deltas = []
        self.text = []
        self.done = False

    def arrived(self, data, at):
        """Takes what one read brought; at is when it came."""
        lines = data.split(b"\n")
        if self.rest:
            self.rest.append(lines[0])
            self.size += len(lines[0])
            if len(lines) > 1:
                lines[0] = b"".join(self.rest)
        if len(lines) > 1 or not self.rest:
            last = lines.pop()
            self.rest, self.size = [last] if last else [], len(last)
            for line in lines:
                self.line(line, at)
        if self.size > MAX_LINE:
            raise CallFailed("line longer than %d bytes in the stream" % MAX_LINE)

    def line(self, line, at):
        if self.done or not line.strip():
            return
        if len(line) > MAX_LINE:
            raise CallFailed("line longer than %d bytes in the stream" % MAX_LINE)
        try:
            chunk = json.loads(line)
            text = (chunk.get("thinking") or "") + (chunk.get("response") or "")
        except (ValueError, AttributeError, TypeError):
            raise CallFailed("not JSON in the stream: " + excerpt(line.decode("utf-8", "replace"))) from None
        self.heard = at  # a chunk is a sign of life; blank lines are a proxy's
        said = failure(chunk.get("error"))
        if said:
            raise CallFailed("server: " + said)
        if chunk.get("model", self.model) != self.model:
            self.call["served_model"] = chunk["model"]
        self.odd = "" if text or chunk.get("done") else line.decode("utf-8", "replace")
        if text:
            self.token(text, at)
        if chunk.get("done"):
            self.done = True
            self.call["done_ns"] = self.call["end_ns"] = at
            self.call["done_reason"] = chunk.get("done_reason") or ""
            self.call["server"] = timings(chunk, line.decode("utf-8", "replace"))

    def token(self, text, at):
        call = self.call
        if self.keep:
            self.deltas.append(at - call.get("last_token_ns", call["request_ns"]))
        call.setdefault("first_ns", at)
        call["last_token_ns"] = at
        call["chunks"] += 1
        self.text.append(text)

    def end(self, at):
        """Judges a stream that has come to its end."""
        if self.rest:
            rest, self.rest = b"".join(self.rest), []
            self.line(rest, at)
        if not self.done:
            said = "; its last line: " + excerpt(self.odd) if self.odd else ""
            raise CallFailed("stream cut off after %d chunks, before the final one%s" % (self.call["chunks"], said))
        if self.call["chunks"] == 0:
            tokens = self.call["server"].get("eval_count")
            tokens = "none counted" if tokens is None else "%d counted" % tokens
            raise CallFailed("reply without text (done_reason %s, tokens: %s)" % (json.dumps(self.call["done_reason"]), tokens))

    def finish(self):
        call = self.call
        call["reply"] = "".join(self.text)
        call["reply_bytes"] = len(call["reply"].encode("utf-8", "replace"))
        if self.deltas:
            call["chunk_deltas_ns"] = self.deltas


async def whole(chunks, take, stream):
    """Has every chunk taken up to the final one. A body that stays open then is hung up on:
    the wait would be in the agent's wall, and in none of its calls."""
    chunks = chunks.__aiter__()
    async for data in chunks:
        take(data, mono())
        if stream.done:
            break
    if stream.done:
        try:
            await asyncio.wait_for(rest(chunks), LINGERS)
        except asyncio.TimeoutError:
            stream.call["left_open"] = True
    stream.end(mono())


async def rest(chunks):
    async for _ in chunks:
        pass


def refuse(status, headers, body=b""):
    """Raises why a reply is not a server's, if it is not."""
    if 300 <= status < 400:
        where = headers.get("Location") or "nowhere"
        raise CallFailed("HTTP %d: redirected to %s; duet follows no redirects: name the address itself" % (status, where))
    if status != 200:
        text = body[:4096].decode("utf-8", "replace")
        try:
            said = failure(json.loads(text)["error"])
        except (ValueError, KeyError, TypeError):
            said = excerpt(text)
        raise CallFailed("HTTP %d: %s" % (status, said))
    encoding = headers.get("Content-Encoding") or "identity"
    if encoding != "identity":
        raise CallFailed("the reply is %s (Content-Encoding), which nobody asked for: a proxy in between compresses it" % encoding)
    if (headers.get("Content-Type") or "").split(";")[0].strip().lower() == "text/html":
        raise CallFailed("the reply is a web page (text/html): a proxy or a login page answers in the server's place")


class Aiohttp:
    def __init__(self, agent, silence):
        self.base = agent["endpoint"]
        self.session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=silence),
            connector=aiohttp.TCPConnector(limit=0),
            auto_decompress=False,
            headers={"Accept-Encoding": "identity"},
        )

    async def warm(self):
        async with self.session.get(self.base + "/api/version", allow_redirects=False) as res:
            refuse(res.status, res.headers, await res.read())

    async def generate(self, body, call, stream):
        call["request_ns"] = mono()
        async with self.session.post(
            self.base + "/api/generate", data=body, allow_redirects=False, headers={"Content-Type": "application/json"}
        ) as res:
            call["headers_ns"] = mono()
            refuse(res.status, res.headers, await res.content.read(4096) if res.status != 200 else b"")
            await whole(res.content.iter_any(), stream.arrived, stream)

    async def close(self):
        await self.session.close()


class HttpxTuned:
    def __init__(self, agent, silence):
        self.base = agent["endpoint"]
        self.client = httpx.AsyncClient(
            timeout=httpx.Timeout(10, read=silence, write=None, pool=None),
            trust_env=False,
            verify=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
            headers={"Accept-Encoding": "identity"},
        )

    async def warm(self):
        res = await self.client.get(self.base + "/api/version")
        refuse(res.status_code, res.headers, res.content)

    async def generate(self, body, call, stream):
        call["request_ns"] = mono()
        async with self.client.stream(
            "POST", self.base + "/api/generate", content=body, headers={"Content-Type": "application/json"}
        ) as res:
            call["headers_ns"] = mono()
            refuse(res.status_code, res.headers, await res.aread() if res.status_code != 200 else b"")
            await whole(res.aiter_raw(), stream.arrived, stream)

    async def close(self):
        await self.client.aclose()


class HttpxUsual:
    """As it is usually written. It cannot keep a connection, so it warms none."""

    def __init__(self, agent, silence):
        self.base = agent["endpoint"]
        self.silence = silence

    async def warm(self):
        async with httpx.AsyncClient() as client:
            res = await client.get(self.base + "/api/version")
            refuse(res.status_code, res.headers, res.content)

    async def generate(self, body, call, stream):
        call["request_ns"] = mono()
        async with httpx.AsyncClient(timeout=self.silence) as client:
            async with client.stream(
                "POST", self.base + "/api/generate", content=body, headers={"Content-Type": "application/json"}
            ) as res:
                call["headers_ns"] = mono()
                refuse(res.status_code, res.headers, await res.aread() if res.status_code != 200 else b"")
                await whole(res.aiter_lines(), lambda line, at: stream.line(line.rstrip("\n").encode("utf-8"), at), stream)

    async def close(self):
        pass


CLIENTS = {("aiohttp", ""): Aiohttp, ("aiohttp", "uvloop"): Aiohttp, ("httpx", ""): HttpxUsual, ("httpx", "tuned"): HttpxTuned}
TIMEOUTS = (asyncio.TimeoutError,) + ((aiohttp.ServerTimeoutError,) if LIBRARY == "aiohttp" else (httpx.ReadTimeout,))


def why(error, silence):
    if isinstance(error, CallFailed):
        return str(error)
    if isinstance(error, TIMEOUTS):
        return "server silent for %gs" % silence
    return "request: %s: %s" % (type(error).__name__, error)


class Silence:
    """Cancels a task when its server says nothing for so many seconds."""

    def __init__(self, seconds, stream):
        self.task = asyncio.current_task()
        self.seconds, self.stream, self.fired, self.timer = seconds, stream, False, None
        if seconds:
            self.timer = asyncio.get_running_loop().call_later(seconds, self.look)

    def look(self):
        left = self.seconds - (mono() - self.stream.heard) / 1e9
        if left > 0:
            self.timer = asyncio.get_running_loop().call_later(left, self.look)
            return
        self.fired = True
        self.task.cancel()

    def stop(self):
        if self.timer:
            self.timer.cancel()


class Agent:
    def __init__(self, spec, req):
        self.spec = spec
        self.req = req
        self.silence = req["silence_ns"] / 1e9 or None
        self.client = None
        self.failed = None

    async def ready(self):
        try:
            self.client = CLIENTS[LIBRARY, VARIANT](self.spec, self.silence)
            await self.client.warm()
        except Exception as error:
            self.failed = "open connection: " + why(error, self.silence)

    async def run(self, gun):
        await gun.wait()
        calls = []
        if self.failed:
            now = mono()
            return [{"agent": self.spec["id"], "index": 0, "request_ns": now, "end_ns": now, "error": self.failed}]
        answer = ""
        for index, asked in enumerate(self.spec["calls"]):
            call = await self.call(index, asked, answer)
            calls.append(call)
            if "error" in call:
                break
            answer = call["reply"]
        return calls

    async def call(self, index, asked, answer):
        prompt = asked["prompt"].replace(ANSWER, answer)
        options = dict(self.spec["options"], seed=asked["seed"], num_predict=asked["num_predict"])
        call = {"agent": self.spec["id"], "index": index, "seed": asked["seed"], "chunks": 0, "prompt_bytes": len(prompt.encode())}
        body = json.dumps(
            {"model": self.spec["model"], "prompt": prompt, "stream": True, "keep_alive": self.req["keep_alive"], "options": options}
        ).encode()
        stream = Stream(call, self.req["keep_chunks"], self.spec["model"])
        silence = Silence(self.silence, stream)
        try:
            await self.client.generate(body, call, stream)
        except asyncio.CancelledError:
            if not silence.fired:
                raise
            call["error"] = "server silent for %gs" % self.silence
        except Exception as error:
            call["error"] = why(error, self.silence)
            call.setdefault("request_ns", mono())
        silence.stop()
        call.setdefault("end_ns", mono())
        stream.finish()
        return call


def say(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


async def beat():
    while True:
        await asyncio.sleep(BEAT)
        say(event="beat")


async def run(req):
    beating = asyncio.ensure_future(beat())
    agents = [Agent(spec, req) for spec in req["agents"]]
    await asyncio.gather(*(a.ready() for a in agents))
    gun = asyncio.Event()
    tasks = [asyncio.ensure_future(a.run(gun)) for a in agents]
    await asyncio.sleep(max(0, (req.get("gun_ns", 0) - mono()) / 1e9))
    cpu = time.process_time_ns()
    fired = mono()
    gun.set()
    calls = [c for done in await asyncio.gather(*tasks) for c in done]
    cpu = time.process_time_ns() - cpu
    beating.cancel()
    for a in agents:
        if a.client:
            await a.client.close()
    return {
        "gun_ns": fired,
        "end_ns": max([fired] + [c["end_ns"] for c in calls]),
        "calls": calls,
        "client": {"cpu_ns": cpu, "peak_rss_b": peak_rss()},
    }


def main():
    say(event="ready", protocol=1, runtime=RUNTIME)
    say(event="result", **asyncio.run(run(json.loads(sys.stdin.readline()))))


if __name__ == "__main__":
    main()
