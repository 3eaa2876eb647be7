package ollama

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/chimeraforge/duet/harness/clock"
	"github.com/chimeraforge/duet/harness/metrics"
)

// chunk is the part of a line that a measurement needs. Ollama leaves out
// durations and counts that are zero, so they are pointers.
type chunk struct {
	Response   string `json:"response"`
	Thinking   string `json:"thinking"`
	Done       bool   `json:"done"`
	DoneReason string `json:"done_reason"`
	Error      string `json:"error"`
	metrics.ServerTimings
}

// stream reads one reply into a call.
type stream struct {
	call  *metrics.Call
	keep  bool
	heard func() // called whenever the server said something

	pending []byte // a line that has not ended yet
	text    strings.Builder
	done    bool
}

// read reads to the final chunk. buf is scratch space; one read is one arrival.
func (s *stream) read(body io.Reader, buf []byte) error {
	defer s.finish()
	for {
		n, err := body.Read(buf)
		at := clock.NS() // before anything is decoded
		if n > 0 {
			s.heard()
			if e := s.arrived(buf[:n], at); e != nil {
				s.call.EndNS = at
				return e
			}
		}
		switch {
		case s.done:
			// Read on to the end, so that the connection can be used again.
			_, _ = io.CopyN(io.Discard, body, MaxLine)
			return s.complete()
		case errors.Is(err, io.EOF):
			s.call.EndNS = at
			return s.cutOff(at)
		case err != nil:
			s.call.EndNS = at
			return fmt.Errorf("read stream: %w", err)
		}
	}
}

// arrived splits what one read brought into lines.
func (s *stream) arrived(p []byte, at int64) error {
	for {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			if len(s.pending)+len(p) > MaxLine {
				return fmt.Errorf("line longer than %d bytes in the stream", MaxLine)
			}
			s.pending = append(s.pending, p...)
			return nil
		}
		line := p[:i]
		if len(s.pending) > 0 {
			line = append(s.pending, line...)
			s.pending = s.pending[:0]
		}
		if err := s.line(line, at); err != nil {
			return err
		}
		p = p[i+1:]
	}
}

// line takes one chunk that arrived at a time.
func (s *stream) line(line []byte, at int64) error {
	line = bytes.TrimSpace(line)
	if len(line) == 0 || s.done {
		return nil
	}
	var c chunk
	if err := json.Unmarshal(line, &c); err != nil {
		return fmt.Errorf("not JSON in the stream: %s", excerpt(line))
	}
	if c.Error != "" {
		return fmt.Errorf("server: %s", c.Error)
	}
	if c.Response != "" || c.Thinking != "" {
		s.token(at)
		s.text.WriteString(c.Thinking)
		s.text.WriteString(c.Response)
	}
	if c.Done {
		s.done = true
		s.call.DoneNS, s.call.EndNS = &at, at
		s.call.DoneReason = c.DoneReason
		timings := c.ServerTimings
		s.call.Server = &timings
	}
	return nil
}

// token notes the arrival of a chunk that carries text.
func (s *stream) token(at int64) {
	before := s.call.RequestNS
	if s.call.LastTokenNS != nil {
		before = *s.call.LastTokenNS
	}
	if s.keep {
		s.call.DeltasNS = append(s.call.DeltasNS, at-before)
	}
	s.call.Chunks++
	s.call.LastTokenNS = &at
	if s.call.FirstNS == nil {
		first := at // its own variable: stamps are shifted in place later
		s.call.FirstNS = &first
	}
}

// complete judges a stream that ended as it should.
func (s *stream) complete() error {
	if s.call.Chunks == 0 {
		return errors.New("reply without text")
	}
	return nil
}

// cutOff judges a stream that ended without its final chunk. A last line
// without a line end still counts.
func (s *stream) cutOff(at int64) error {
	rest := s.pending
	s.pending = nil
	if err := s.line(rest, at); err != nil {
		return err
	}
	if s.done {
		return s.complete()
	}
	return fmt.Errorf("stream cut off after %d chunks, before the final one", s.call.Chunks)
}

// finish keeps the text.
func (s *stream) finish() {
	s.call.Reply = s.text.String()
	s.call.ReplyBytes = len(s.call.Reply)
}

// excerpt is the start of what a server said, on one line, for an error.
func excerpt(p []byte) string {
	const most = 120
	cut := len(p) > most
	if cut {
		p = p[:most]
	}
	text := strings.ToValidUTF8(string(p), string(utf8.RuneError))
	if cut {
		text += "…"
	}
	return fmt.Sprintf("%q", text)
}
