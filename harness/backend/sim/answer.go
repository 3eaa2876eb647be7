package sim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

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
