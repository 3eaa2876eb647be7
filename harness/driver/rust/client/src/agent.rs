//! One agent: its connection, and its calls one after the other.

use crate::clock::mono;
use crate::protocol::{Agent, Asked, Call, Request};
use crate::stream::{excerpt, failure, Stream};
use hyper::{body::HttpBody, client::HttpConnector, header, Body, Client, Method, Request as HttpRequest, Response};
use std::future::Future;
use std::time::Duration;
use tokio::time::timeout;

type Http = Client<HttpConnector>;

const ANSWER: &str = "{{answer}}";

/// How long the end of a body may follow its final chunk.
const LINGERS: Duration = Duration::from_millis(5);

pub fn client() -> Http {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(Duration::from_secs(10)));
    Client::builder().pool_max_idle_per_host(1).build(connector)
}

/// Waits for something the server has to say.
async fn heard<T>(silence: Duration, what: impl Future<Output = T>) -> Result<T, String> {
    if silence.is_zero() {
        return Ok(what.await);
    }
    timeout(silence, what).await.map_err(|_| format!("server silent for {}s", silence.as_secs_f64()))
}

/// Opens the connection that the calls will use.
pub async fn warm(http: &Http, endpoint: &str, silence: Duration) -> Result<(), String> {
    let open = async {
        let uri = format!("{}/api/version", endpoint).parse::<hyper::Uri>().map_err(|e| e.to_string())?;
        let mut res = heard(silence, http.get(uri)).await?.map_err(|e| e.to_string())?;
        let body = all(&mut res, silence).await?;
        status(&res, &body)
    };
    open.await.map_err(|e: String| format!("open connection: {}", e))
}

async fn all(res: &mut Response<Body>, silence: Duration) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    while let Some(part) = heard(silence, res.body_mut().data()).await? {
        out.extend_from_slice(&part.map_err(|e| e.to_string())?);
        if out.len() > 1 << 20 {
            break;
        }
    }
    Ok(out)
}

/// Why a reply is not a server's, if it is not.
fn status(res: &Response<Body>, body: &[u8]) -> Result<(), String> {
    let said = |name| res.headers().get(name).and_then(|v: &header::HeaderValue| v.to_str().ok()).unwrap_or_default();
    let code = res.status().as_u16();
    if res.status().is_redirection() {
        let to = Some(said(header::LOCATION)).filter(|t| !t.is_empty()).unwrap_or("nowhere");
        return Err(format!("HTTP {}: redirected to {}; duet follows no redirects: name the address itself", code, to));
    }
    if code != 200 {
        let words = serde_json::from_slice::<serde_json::Value>(body).map(|v| failure(&v["error"])).unwrap_or_default();
        return Err(format!("HTTP {}: {}", code, if words.is_empty() { excerpt(body) } else { words }));
    }
    let encoding = said(header::CONTENT_ENCODING);
    if !encoding.is_empty() && encoding != "identity" {
        return Err(format!("the reply is {} (Content-Encoding), which nobody asked for: a proxy in between compresses it", encoding));
    }
    if said(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/html") {
        return Err("the reply is a web page (text/html): a proxy or a login page answers in the server's place".into());
    }
    Ok(())
}

pub async fn run(http: Http, agent: &Agent, req: &Request) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut answer = String::new();
    for (index, asked) in agent.calls.iter().enumerate() {
        let mut call = Call { agent: agent.id.clone(), index, seed: asked.seed, ..Default::default() };
        if let Err(error) = generate(&http, agent, asked, &answer, req, &mut call).await {
            call.error = Some(error);
        }
        if call.request_ns == 0 {
            call.request_ns = mono();
        }
        if call.end_ns == 0 {
            call.end_ns = mono();
        }
        call.reply_bytes = call.reply.len();
        answer.clone_from(&call.reply);
        let failed = call.error.is_some();
        calls.push(call);
        if failed {
            break;
        }
    }
    calls
}

async fn generate(http: &Http, agent: &Agent, asked: &Asked, answer: &str, req: &Request, call: &mut Call) -> Result<(), String> {
    let silence = Duration::from_nanos(req.silence_ns);
    let prompt = asked.prompt.replace(ANSWER, answer);
    call.prompt_bytes = prompt.len();
    let mut options = agent.options.clone();
    options.insert("seed".into(), asked.seed.into());
    options.insert("num_predict".into(), asked.num_predict.into());
    let body = serde_json::json!({
        "model": agent.model, "prompt": prompt, "stream": true, "keep_alive": req.keep_alive, "options": options,
    });
    let post = HttpRequest::builder()
        .method(Method::POST)
        .uri(format!("{}/api/generate", agent.endpoint))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .map_err(|e| format!("request: {}", e))?;

    call.request_ns = mono();
    let mut res = heard(silence, http.request(post)).await?.map_err(|e| format!("request: {}", e))?;
    call.headers_ns = Some(mono());
    if res.status() != 200 {
        let body = all(&mut res, silence).await.unwrap_or_default();
        return status(&res, &body);
    }
    status(&res, &[])?;
    let mut stream = Stream::new(call, req.keep_chunks, &agent.model);
    while !stream.done {
        let quiet = Duration::from_nanos((mono() - stream.heard).max(0) as u64);
        let left = if silence.is_zero() { silence } else { silence.saturating_sub(quiet).max(Duration::from_nanos(1)) };
        let data = match heard(left, res.body_mut().data()).await {
            Err(_) => return Err(format!("server silent for {}s", silence.as_secs_f64())),
            Ok(None) => break,
            Ok(Some(data)) => data.map_err(|e| format!("read stream: {}", e))?,
        };
        stream.arrived(&data, mono())?; // the stamp is taken before anything is decoded
    }
    if stream.done {
        // A body that stays open is hung up on: the wait would be in the agent's wall.
        let rest = async { while res.body_mut().data().await.is_some() {} };
        stream.call.left_open = timeout(LINGERS, rest).await.is_err();
    }
    stream.end(mono())
}
