package wire

import (
	"encoding/json"
	"fmt"

	"github.com/chimeraforge/duet/harness/record"
)

// chunk is the part of a line that a measurement needs. Its texts are valid until
// the next line is decoded.
type chunk struct {
	response, thinking []byte
	done               bool
	reason, failure    []byte // done_reason, error
	timings            record.ServerTimings
}

// decoder decodes one line after another. It has a way of its own for lines as
// servers write them, which allocates nothing, and asks encoding/json about any
// other: where a line is wrong, strange or rare, its word counts. FuzzDecode holds
// the two to each other.
//
// # Why
//
// encoding/json took six tenths of the client's processor time when tokens came
// many in a packet, and a third of it when they came one by one; it reads a line
// twice and allocates every text.
type decoder struct {
	chunk   chunk
	scratch []byte // texts that had escapes
}

// decode decodes a line.
func (d *decoder) decode(line []byte) (*chunk, error) {
	d.chunk, d.scratch = chunk{}, d.scratch[:0]
	if s := (scanner{line: line, d: d}); s.object() {
		return &d.chunk, nil
	}
	return d.ask(line)
}

// ask has encoding/json decode a line. Ollama leaves out durations and counts
// that are zero, so they are pointers.
func (d *decoder) ask(line []byte) (*chunk, error) {
	var c struct {
		Response   string `json:"response"`
		Thinking   string `json:"thinking"`
		Done       bool   `json:"done"`
		DoneReason string `json:"done_reason"`
		Error      string `json:"error"`
		record.ServerTimings
	}
	if err := json.Unmarshal(line, &c); err != nil {
		return nil, fmt.Errorf("not JSON in the stream: %s", excerpt(line))
	}
	d.chunk = chunk{[]byte(c.Response), []byte(c.Thinking), c.Done, []byte(c.DoneReason), []byte(c.Error), c.ServerTimings}
	return &d.chunk, nil
}
