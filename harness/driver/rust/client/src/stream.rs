//! Makes a call of the bytes of one reply.

use crate::clock::mono;
use crate::protocol::{Call, Chunk};
use serde_json::Value;

pub const MAX_LINE: usize = 8 << 20;

pub struct Stream<'a> {
    pub call: &'a mut Call,
    keep: bool,
    model: &'a str,
    rest: Vec<u8>,
    odd: Vec<u8>, // the last line, where it had neither text nor an end
    pub done: bool,
    pub heard: i64, // when the server last said something: a chunk, and not a blank line of a proxy's
}

impl<'a> Stream<'a> {
    pub fn new(call: &'a mut Call, keep: bool, model: &'a str) -> Self {
        Stream { call, keep, model, rest: Vec::new(), odd: Vec::new(), done: false, heard: mono() }
    }

    /// Takes what one read brought; at is when it came.
    pub fn arrived(&mut self, mut data: &[u8], at: i64) -> Result<(), String> {
        while let Some(end) = data.iter().position(|b| *b == b'\n') {
            let (line, more) = (&data[..end], &data[end + 1..]);
            if self.rest.is_empty() {
                self.line(line, at)?;
            } else {
                self.rest.extend_from_slice(line);
                let whole = std::mem::take(&mut self.rest);
                self.line(&whole, at)?;
            }
            data = more;
        }
        if self.rest.len() + data.len() > MAX_LINE {
            return Err(format!("line longer than {} bytes in the stream", MAX_LINE));
        }
        self.rest.extend_from_slice(data);
        Ok(())
    }

    fn line(&mut self, line: &[u8], at: i64) -> Result<(), String> {
        if self.done || line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let chunk: Chunk = serde_json::from_slice(line).map_err(|e| unread(&e, line))?;
        self.heard = at;
        let said = failure(chunk.error.as_ref().unwrap_or(&Value::Null));
        if !said.is_empty() {
            return Err(format!("server: {}", said));
        }
        if chunk.model.as_deref().map_or(false, |m| m != self.model) {
            self.call.served_model = chunk.model.clone();
        }
        self.odd.clear();
        let text = [chunk.thinking.as_deref().unwrap_or_default(), chunk.response.as_deref().unwrap_or_default()];
        if text.iter().any(|t| !t.is_empty()) {
            self.token(at);
            text.iter().for_each(|t| self.call.reply.push_str(t));
        } else if !chunk.done {
            self.odd.extend_from_slice(line);
        }
        if chunk.done {
            self.done = true;
            self.call.done_ns = Some(at);
            self.call.end_ns = at;
            self.call.server = Some(chunk.timings());
            self.call.done_reason = chunk.done_reason.unwrap_or_default();
        }
        Ok(())
    }

    fn token(&mut self, at: i64) {
        let before = self.call.last_token_ns.unwrap_or(self.call.request_ns);
        if self.keep {
            self.call.chunk_deltas_ns.push(at - before);
        }
        self.call.first_ns.get_or_insert(at);
        self.call.last_token_ns = Some(at);
        self.call.chunks += 1;
    }

    /// Judges a stream that has come to its end.
    pub fn end(&mut self, at: i64) -> Result<(), String> {
        let rest = std::mem::take(&mut self.rest);
        self.line(&rest, at)?;
        if !self.done {
            let said = if self.odd.is_empty() { String::new() } else { format!("; its last line: {}", excerpt(&self.odd)) };
            return Err(format!("stream cut off after {} chunks, before the final one{}", self.call.chunks, said));
        }
        if self.call.chunks == 0 {
            let counted = self.call.server.as_ref().and_then(|s| s.eval_count);
            let tokens = counted.map_or("none counted".into(), |n| format!("{} counted", n));
            return Err(format!("reply without text (done_reason {:?}, tokens: {})", self.call.done_reason, tokens));
        }
        Ok(())
    }
}

/// Why a line could not be read.
fn unread(error: &serde_json::Error, line: &[u8]) -> String {
    let why = error.to_string();
    match why.find(" is no whole number") {
        Some(at) => format!("{} is no whole number, in the stream: {}", &why[..at], excerpt(line)),
        None => format!("not JSON in the stream: {}", excerpt(line)),
    }
}

/// What the value of "error" says: a text, an object with a message, or a text
/// that is such an object. Nothing for null and "".
pub fn failure(error: &Value) -> String {
    match error {
        Value::Null => String::new(),
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(inner)) if inner.contains_key("error") => failure(&inner["error"]),
            _ => text.clone(),
        },
        Value::Object(o) if o.get("message").map_or(false, |m| m != "" && !m.is_null()) => failure(&o["message"]),
        _ => excerpt(error.to_string().as_bytes()),
    }
}

/// The start of what a server said, on one line.
pub fn excerpt(text: &[u8]) -> String {
    serde_json::to_string(&String::from_utf8_lossy(&text[..text.len().min(120)])).unwrap_or_default()
}
