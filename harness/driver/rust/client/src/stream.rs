//! Makes a call of the bytes of one reply.

use crate::protocol::{Call, Chunk};

pub const MAX_LINE: usize = 1 << 20;

pub struct Stream<'a> {
    pub call: &'a mut Call,
    keep: bool,
    rest: Vec<u8>,
    done: bool,
}

impl<'a> Stream<'a> {
    pub fn new(call: &'a mut Call, keep: bool) -> Self {
        Stream { call, keep, rest: Vec::new(), done: false }
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
        let chunk: Chunk = serde_json::from_slice(line).map_err(|_| format!("not JSON in the stream: {}", excerpt(line)))?;
        if let Some(said) = chunk.error.as_deref().filter(|s| !s.is_empty()) {
            return Err(format!("server: {}", said));
        }
        let text = [chunk.thinking.as_deref().unwrap_or_default(), chunk.response.as_deref().unwrap_or_default()];
        if text.iter().any(|t| !t.is_empty()) {
            self.token(at);
            text.iter().for_each(|t| self.call.reply.push_str(t));
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
            return Err(format!("stream cut off after {} chunks, before the final one", self.call.chunks));
        }
        if self.call.chunks == 0 {
            return Err("reply without text".into());
        }
        Ok(())
    }
}

/// The start of what a server said, on one line.
pub fn excerpt(text: &[u8]) -> String {
    serde_json::to_string(&String::from_utf8_lossy(&text[..text.len().min(120)])).unwrap_or_default()
}
