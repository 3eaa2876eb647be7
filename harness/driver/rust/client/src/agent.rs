//! One agent: its connection, and its calls one after the other.

use crate::clock::mono;
use crate::protocol::{Agent, Asked, Call, Request};
use crate::stream::{excerpt, Stream};
use hyper::{body::HttpBody, client::HttpConnector, header, Body, Client, Method, Request as HttpRequest, Response};
use std::future::Future;
use std::time::Duration;
use tokio::time::timeout;

type Http = Client<HttpConnector>;

const ANSWER: &str = "{{answer}}";

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

fn status(res: &Response<Body>, body: &[u8]) -> Result<(), String> {
    if res.status() == 200 {
        return Ok(());
    }
    let said = serde_json::from_slice::<serde_json::Value>(body).ok().and_then(|v| v["error"].as_str().map(String::from));
    Err(format!("HTTP {}: {}", res.status().as_u16(), said.unwrap_or_else(|| excerpt(body))))
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
    let mut stream = Stream::new(call, req.keep_chunks);
    while let Some(data) = heard(silence, res.body_mut().data()).await? {
        let at = mono(); // before anything is decoded
        let data = data.map_err(|e| format!("read stream: {}", e))?;
        stream.arrived(&data, at)?;
    }
    stream.end(mono())
}
