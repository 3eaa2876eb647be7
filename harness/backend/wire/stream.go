package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/clock"
)

// stream reads one reply into a call. It serves one call after the other, and
// what it needs for one serves for the next: after the first, a chunk allocates
// nothing.
type stream struct {
	call  *record.Call
	keep  bool
	model string   // as asked for
	watch *silence // is told whenever the server said something

	decoder     decoder
	pending     []byte // a line that has not ended yet
	odd         []byte // the last line, where it had neither text nor an end
	text        []byte
	done        bool
	first, last int64 // arrival of the first and the last chunk with text
}

// begin makes the stream ready for the call of a request.
func (s *stream) begin(call *record.Call, r *Request, watch *silence) {
	s.call, s.keep, s.model, s.watch = call, r.KeepChunks, r.Model, watch
	s.pending, s.odd, s.text, s.done = s.pending[:0], s.odd[:0], s.text[:0], false
	if s.keep {
		call.DeltasNS = make([]int64, 0, min(max(r.Options.NumPredict, 0), mostDeltas))
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
			if e := s.arrived(buf[:n], at); e != nil {
				s.call.EndNS = at
				return e
			}
		}
		switch {
		case s.done:
			s.call.LeftOpen = !s.watch.ends(body)
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
	s.watch.heard(at) // a chunk is a sign of life; blank lines are a proxy's
	if len(c.failure) > 0 {
		return fmt.Errorf("server: %s", c.failure)
	}
	if len(c.model) > 0 && string(c.model) != s.model {
		s.call.ServedModel = string(c.model)
	}
	s.odd = s.odd[:0]
	if len(c.response) > 0 || len(c.thinking) > 0 {
		s.token(at)
		s.text = append(append(s.text, c.thinking...), c.response...)
	} else if !c.done {
		s.odd = append(s.odd, line...)
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
	if s.call.Chunks > 0 {
		return nil
	}
	tokens := "none counted"
	if n := s.call.Server.Tokens; n != nil {
		tokens = fmt.Sprint(*n, " counted")
	}
	return fmt.Errorf("reply without text (done_reason %q, tokens: %s)", s.call.DoneReason, tokens)
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
	said := ""
	if len(s.odd) > 0 {
		said = "; its last line: " + excerpt(s.odd)
	}
	return fmt.Errorf("stream cut off after %d chunks, before the final one%s", s.call.Chunks, said)
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
