//! What goes in and out: see PROTOCOL.md.

use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub struct Request {
    pub agents: Vec<Agent>,
    pub silence_ns: u64,
    pub keep_alive: String,
    pub keep_chunks: bool,
    #[serde(default)]
    pub gun_ns: i64,
}

#[derive(Deserialize)]
pub struct Agent {
    pub id: String,
    pub endpoint: String,
    pub model: String,
    pub options: serde_json::Map<String, serde_json::Value>,
    pub calls: Vec<Asked>,
}

#[derive(Deserialize)]
pub struct Asked {
    pub prompt: String,
    pub seed: i64,
    pub num_predict: i64,
}

#[derive(Serialize, Default)]
pub struct Call {
    pub agent: String,
    pub index: usize,
    pub seed: i64,
    pub request_ns: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers_ns: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_ns: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_token_ns: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_ns: Option<i64>,
    pub end_ns: i64,
    pub chunks: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chunk_deltas_ns: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Timings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub served_model: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub left_open: bool,
    pub done_reason: String,
    pub prompt_bytes: usize,
    pub reply_bytes: usize,
    pub reply: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Fields of the final chunk. The server leaves out what is zero.
#[derive(Serialize)]
pub struct Timings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_duration: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_duration: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_eval_duration: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eval_duration: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_eval_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_eval_cached_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eval_count: Option<i64>,
}

/// A whole number, however it is written: servers that take nanoseconds from
/// another language's clock send 80000000.0.
#[derive(Clone, Copy)]
pub struct Whole(pub i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(from)?;
        let float = number.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 9e18).map(|f| f as i64);
        let whole = number.as_i64().or(float);
        whole.map(Whole).ok_or_else(|| serde::de::Error::custom(format!("{} is no whole number", number)))
    }
}

/// A line of the server's stream. Its fields are flat: serde reads a flattened
/// struct through a buffer, which would cost every chunk.
#[derive(Deserialize)]
pub struct Chunk {
    #[serde(default)]
    pub model: Option<String>,
    #[serde(default)]
    pub response: Option<String>,
    #[serde(default)]
    pub thinking: Option<String>,
    #[serde(default)]
    pub done: bool,
    #[serde(default)]
    pub done_reason: Option<String>,
    #[serde(default)]
    pub error: Option<serde_json::Value>,
    #[serde(default)]
    pub total_duration: Option<Whole>,
    #[serde(default)]
    pub load_duration: Option<Whole>,
    #[serde(default)]
    pub prompt_eval_duration: Option<Whole>,
    #[serde(default)]
    pub eval_duration: Option<Whole>,
    #[serde(default)]
    pub prompt_eval_count: Option<Whole>,
    #[serde(default)]
    pub prompt_eval_cached_count: Option<Whole>,
    #[serde(default)]
    pub eval_count: Option<Whole>,
}

impl Chunk {
    pub fn timings(&self) -> Timings {
        let n = |w: Option<Whole>| w.map(|w| w.0);
        Timings {
            total_duration: n(self.total_duration),
            load_duration: n(self.load_duration),
            prompt_eval_duration: n(self.prompt_eval_duration),
            eval_duration: n(self.eval_duration),
            prompt_eval_count: n(self.prompt_eval_count),
            prompt_eval_cached_count: n(self.prompt_eval_cached_count),
            eval_count: n(self.eval_count),
        }
    }
}
