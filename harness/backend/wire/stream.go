package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/clock"
)

// stream reads one reply into a call. It serves one call after the other, and
// what it needs for one serves for the next: after the first, a chunk allocates
// nothing.
type stream struct {
	call  *record.Call
	keep  bool
	heard func(at int64) // called whenever the server said something

	decoder     decoder
	pending     []byte // a line that has not ended yet
	text        []byte
	done        bool
	first, last int64 // arrival of the first and the last chunk with text
}

// begin makes the stream ready for a call of so many tokens.
func (s *stream) begin(call *record.Call, keep bool, tokens int, heard func(int64)) {
	s.call, s.keep, s.heard = call, keep, heard
	s.pending, s.text, s.done = s.pending[:0], s.text[:0], false
	if keep {
		call.DeltasNS = make([]int64, 0, min(max(tokens, 0), mostDeltas))
	}
}

// mostDeltas is for how many chunks room is made at first.
const mostDeltas = 1 << 16

// read reads to the final chunk. buf is scratch space; one read is one arrival.
func (s *stream) read(body io.Reader, buf []byte) error {
	defer s.finish()
	for {
		n, err := body.Read(buf)
		at := clock.NS() // before anything is decoded
		if n > 0 {
			s.heard(at)
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
			s.pending = append(s.pending, line...)
			line, s.pending = s.pending, s.pending[:0]
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
	c, err := s.decoder.decode(line)
	if err != nil {
		return err
	}
	if len(c.failure) > 0 {
		return fmt.Errorf("server: %s", c.failure)
	}
	if len(c.response) > 0 || len(c.thinking) > 0 {
		s.token(at)
		s.text = append(append(s.text, c.thinking...), c.response...)
	}
	if c.done {
		s.done = true
		s.call.DoneNS, s.call.EndNS = &at, at
		s.call.DoneReason = string(c.reason)
		timings := c.timings
		s.call.Server = &timings
	}
	return nil
}

// token notes the arrival of a chunk that carries text.
func (s *stream) token(at int64) {
	if s.call.Chunks == 0 {
		s.first, s.last = at, s.call.RequestNS
	}
	if s.keep {
		s.call.DeltasNS = append(s.call.DeltasNS, at-s.last)
	}
	s.call.Chunks++
	s.last = at
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
	if err := s.line(s.pending, at); err != nil {
		return err
	}
	if s.done {
		return s.complete()
	}
	return fmt.Errorf("stream cut off after %d chunks, before the final one", s.call.Chunks)
}

// finish keeps the text, and the stamps in variables of their own: they are
// shifted in place later.
func (s *stream) finish() {
	s.call.Reply = string(s.text)
	s.call.ReplyBytes = len(s.call.Reply)
	if s.call.Chunks > 0 {
		first, last := s.first, s.last
		s.call.FirstNS, s.call.LastTokenNS = &first, &last
	}
	if len(s.call.DeltasNS) == 0 {
		s.call.DeltasNS = nil
	}
	s.call = nil
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
