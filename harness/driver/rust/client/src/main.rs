//! Drives agents with tokio and hyper, by duet's driver protocol (PROTOCOL.md).

mod agent;
mod clock;
mod protocol;
mod stream;

use clock::{cpu, mono, peak_rss};
use protocol::{Call, Request};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const BEAT: Duration = Duration::from_secs(5);

fn say(event: &serde_json::Value) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", event).and_then(|_| out.flush()).expect("write to duet");
}

async fn beat() {
    loop {
        tokio::time::sleep(BEAT).await;
        say(&serde_json::json!({"event": "beat"}));
    }
}

/// Makes one agent's connection, waits for the gun, makes the calls.
async fn one(place: usize, req: Arc<Request>, ready: tokio::sync::mpsc::Sender<()>, mut gun: watch::Receiver<bool>) -> Vec<Call> {
    let (agent, http) = (&req.agents[place], agent::client());
    let opened = agent::warm(&http, &agent.endpoint, Duration::from_nanos(req.silence_ns)).await;
    drop(ready);
    while !*gun.borrow() {
        gun.changed().await.expect("the gun is fired");
    }
    if let Err(error) = opened {
        let now = mono();
        return vec![Call { agent: agent.id.clone(), request_ns: now, end_ns: now, error: Some(error), ..Default::default() }];
    }
    agent::run(http, agent, &req).await
}

async fn run(req: Request) -> serde_json::Value {
    let beating = tokio::spawn(beat());
    let req = Arc::new(req);
    let (ready, mut all_ready) = tokio::sync::mpsc::channel::<()>(1);
    let (gun, fired) = watch::channel(false);
    let agents: Vec<_> =
        (0..req.agents.len()).map(|i| tokio::spawn(one(i, req.clone(), ready.clone(), fired.clone()))).collect();
    drop(ready);
    all_ready.recv().await; // nothing is sent: it ends when every agent has dropped its end
    let early = req.gun_ns - mono();
    if early > 0 {
        tokio::time::sleep(Duration::from_nanos(early as u64)).await;
    }
    let used = cpu();
    let at = mono();
    gun.send(true).expect("agents wait at the gun");
    let mut calls = Vec::new();
    for agent in agents {
        calls.extend(agent.await.expect("an agent's task"));
    }
    let used = cpu() - used;
    beating.abort();
    let end = calls.iter().map(|c| c.end_ns).fold(at, i64::max);
    serde_json::json!({
        "event": "result", "gun_ns": at, "end_ns": end, "calls": calls,
        "client": {"cpu_ns": used, "peak_rss_b": peak_rss()},
    })
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("start tokio");
    say(&serde_json::json!({"event": "ready", "protocol": 1, "runtime": env!("DUET_RUNTIME")}));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("read the request");
    let req = serde_json::from_str(&line).expect("understand the request");
    say(&runtime.block_on(run(req)));
}
