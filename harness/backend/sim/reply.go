package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
	"github.com/chimeraforge/duet/internal/clock"
)

// reply is one request while it is answered.
type reply struct {
	e        *endpoint
	w        http.ResponseWriter
	ctx      context.Context
	streamed bool
	line     line
	plan     plan

	stream  *stream
	served  Served
	origin  time.Duration // served.ReceivedNS, simulated
	text    strings.Builder
	buf     []byte // lines not yet written
	held    int    // tokens in them
	wrote   bool
	ended   bool // nothing more will be written
	logged  bool
	padding int // bytes of nonsense in a whole answer: HugeLine
}

func newReply(e *endpoint, w http.ResponseWriter, r *http.Request, req *request, chat bool, p plan) *reply {
	received := arrivalOf(r).ns
	return &reply{
		e: e, w: w, ctx: r.Context(), line: newLine(req.Model, chat), plan: p,
		streamed: req.streamed() && !req.empty(chat),
		origin:   e.sim.engine.simulated(received),
		served: Served{
			Endpoint: e.id, Ordinal: p.ordinal, Path: r.URL.Path, Model: p.card.name, Seed: p.seed, Fault: p.fault.Kind,
			ReceivedNS: received, Job: p.job, PromptTokens: p.promptTokens, CachedTokens: p.cached,
		},
	}
}

// serve works on the reply from a reading of the host's clock on, until it is
// complete, a fault ends it, or the client goes away.
func (r *reply) serve(start int64) {
	engine := r.e.sim.engine
	al := newAlarm(engine.virtual)
	defer al.close()
	defer context.AfterFunc(r.ctx, al.wake)()
	defer r.log()
	r.stream = engine.join(start, r.plan.job, al)
	defer r.stream.leave()
	r.greet()
	for !r.ended && r.ctx.Err() == nil {
		events, next := r.stream.collect()
		for _, ev := range events {
			if !r.ended {
				r.happen(ev)
			}
		}
		if len(events) > 0 && !r.ended {
			r.flush()
		}
		if !r.ended {
			al.wait(next)
		}
	}
	if !r.wrote && !r.ended {
		panic(http.ErrAbortHandler) // or the client would see an empty success
	}
}

// happen turns one event of the GPU into output.
func (r *reply) happen(ev gpu.Event) {
	since := ev.At - r.origin
	switch ev.Kind {
	case gpu.Loaded:
		r.served.Loaded = &since
		r.e.mu.Lock()
		r.e.memory.load(r.plan.card, r.plan.shape)
		r.e.memory.busy = true
		r.e.mu.Unlock()
	case gpu.Token:
		r.served.Tokens = append(r.served.Tokens, since)
		r.served.IdealNS = append(r.served.IdealNS, r.e.sim.engine.real(ev.At))
		if r.misbehave(ev.Index); !r.ended {
			r.token(r.plan.words.next())
		}
	case gpu.Done:
		r.served.Done = &since
		r.finish()
	}
}

func (r *reply) token(text string) {
	r.text.WriteString(text)
	r.held++
	if !r.streamed {
		return
	}
	r.buf = r.line.chunk(r.buf, text)
	if r.plan.fault.Kind == Split {
		r.split()
	}
}

// finish writes the final chunk, or the whole answer.
func (r *reply) finish() {
	r.flushNow()
	r.served.Reason = r.plan.reason
	t := r.timings()
	r.served.Total, r.served.Load, r.served.PromptEval, r.served.Eval = t.total, t.load, t.prompt, t.eval
	r.log()
	r.e.mu.Lock()
	r.e.memory.prefix = r.plan.prompt + r.text.String()
	r.e.mu.Unlock()
	if r.streamed {
		r.buf = r.line.final(r.buf, "", r.plan.reason, t)
		r.flushNow()
	} else {
		r.whole(t)
	}
	r.ended = true
}

// timings are the server's own numbers. A request that only loads has none.
func (r *reply) timings() timings {
	if r.plan.reason == "load" {
		return timings{}
	}
	s := &r.served
	began := r.stream.start - r.origin
	t := timings{total: *s.Done, promptTokens: s.PromptTokens, tokens: len(s.Tokens)}
	if s.Loaded != nil {
		t.load = *s.Loaded - began
		began = *s.Loaded
	}
	prompted := *s.Done
	if len(s.Tokens) > 0 {
		prompted = s.Tokens[0]
	}
	t.prompt, t.eval = prompted-began, *s.Done-prompted
	if r.plan.fault.Kind == NoEvalDuration {
		t.eval = 0
	}
	return t
}

// flush writes what is due. Several tokens of a stream that fell behind go out
// together.
func (r *reply) flush() {
	if r.plan.fault.Kind == Burst && r.held < r.plan.fault.count() {
		return
	}
	r.flushNow()
}

func (r *reply) flushNow() {
	if len(r.buf) == 0 {
		return
	}
	r.writeTokens()
	r.send(r.buf)
	r.buf = r.buf[:0]
}

// writeTokens stamps the tokens that were held.
func (r *reply) writeTokens() {
	now := clock.NS()
	for range r.held {
		r.served.WrittenNS = append(r.served.WrittenNS, now)
	}
	r.held = 0
}

// send puts bytes on the wire as they are.
func (r *reply) send(b []byte) {
	if !r.wrote {
		r.w.Header().Set("Content-Type", "application/x-ndjson")
		r.wrote = true
	}
	if _, err := r.w.Write(b); err == nil {
		_ = http.NewResponseController(r.w).Flush()
	}
}

// log keeps the truth, once.
func (r *reply) log() {
	if r.logged {
		return
	}
	r.logged = true
	r.served.Reply = r.text.String()
	r.e.sim.truth.add(r.served)
}

// line renders the chunks of one reply. They are built by hand: at a timescale
// of 100 the simulator writes ten thousand a second on the cores its clients
// need.
type line struct {
	chat  bool
	model string // as JSON, quoted
}

func newLine(model string, chat bool) line {
	quoted, _ := json.Marshal(model)
	return line{chat: chat, model: string(quoted)}
}

// open begins an object: everything up to the text.
func (l line) open(b []byte) []byte {
	b = append(b, `{"model":`...)
	b = append(b, l.model...)
	b = append(b, `,"created_at":"`...)
	b = time.Now().UTC().AppendFormat(b, time.RFC3339Nano)
	if l.chat {
		return append(b, `","message":{"role":"assistant","content":`...)
	}
	return append(b, `","response":`...)
}

// chunk is one line of a stream. Text must be printable ASCII without quotes
// and backslashes, which words are.
func (l line) chunk(b []byte, text string) []byte {
	b = l.open(b)
	b = append(b, '"')
	b = append(b, text...)
	b = append(b, '"')
	if l.chat {
		b = append(b, '}')
	}
	return append(b, ",\"done\":false}\n"...)
}

// role is a chunk that says who is going to speak. A chat has room for text in
// it; /api/generate has no such chunk, and this one not even the field.
func (l line) role(b []byte) []byte {
	if l.chat {
		return l.chunk(b, "")
	}
	b = bytes.TrimSuffix(l.open(b), []byte(`,"response":`))
	return append(b, `,"role":"assistant","done":false}`+"\n"...)
}

// final is the last chunk, or the whole answer when nothing is streamed.
func (l line) final(b []byte, text, reason string, t timings) []byte {
	quoted, _ := json.Marshal(text)
	b = append(l.open(b), quoted...)
	if l.chat {
		b = append(b, '}')
	}
	b = append(b, `,"done":true,"done_reason":"`...)
	b = append(append(b, reason...), '"')
	for _, f := range []struct {
		name  string
		value int64
	}{
		{"total_duration", int64(t.total)},
		{"load_duration", int64(t.load)},
		{"prompt_eval_count", int64(t.promptTokens)},
		{"prompt_eval_duration", int64(t.prompt)},
		{"eval_count", int64(t.tokens)},
		{"eval_duration", int64(t.eval)},
	} {
		if f.value != 0 { // Ollama leaves out what is zero
			b = append(b, `,"`+f.name+`":`...)
			b = strconv.AppendInt(b, f.value, 10)
		}
	}
	return append(b, "}\n"...)
}

// timings are the numbers of a final chunk, in simulated time.
type timings struct {
	total, load, prompt, eval time.Duration
	promptTokens, tokens      int
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func writeError(w http.ResponseWriter, status int, text string) {
	writeJSON(w, status, map[string]string{"error": text})
}

// Mark is the first token of every reply, so that no reader takes it for an
// answer.
const Mark = "[simulated]"

// CharsPerToken is how many bytes of prompt make a token.
const CharsPerToken = 4

// countTokens is the length of a text in tokens.
func countTokens(s string) int { return (len(s) + CharsPerToken - 1) / CharsPerToken }

var (
	onsets = []string{"b", "br", "d", "dr", "f", "fl", "g", "gr", "k", "kl", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "z"}
	vowels = []string{"a", "e", "i", "o", "u", "ai", "ea", "ou"}
	codas  = []string{"", "", "l", "m", "n", "r", "s", "t", "nd", "rk"}
)

// words makes up a reply, one token at a time. The same prompt and seed give
// the same words, on either server.
type words struct {
	rng *rand.Rand
	n   int
}

func newWords(prompt string, seed uint64) *words {
	h := fnv.New64a()
	_, _ = h.Write([]byte(prompt))
	return &words{rng: rand.New(rand.NewPCG(h.Sum64(), seed))}
}

// next is the text of the next token: one word with the space before it, now
// and then with the end of a sentence.
func (w *words) next() string {
	w.n++
	if w.n == 1 {
		return Mark
	}
	s := " "
	for range 1 + w.rng.IntN(2) {
		s += pick(w.rng, onsets) + pick(w.rng, vowels) + pick(w.rng, codas)
	}
	if w.rng.IntN(12) == 0 {
		s += "."
	}
	return s
}

func pick(rng *rand.Rand, from []string) string { return from[rng.IntN(len(from))] }
