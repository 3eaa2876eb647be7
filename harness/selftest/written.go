package selftest

import (
	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/record"
)

// written is a request as its server saw it, in the shape of a call: the stamps of
// a client to which nothing takes time. A chunk is there when its last byte is
// written; what has no text is no chunk.
func written(s *sim.Served) record.Call {
	c := record.Call{RequestNS: s.ReceivedNS, Chunks: len(s.WrittenNS)}
	last := s.ReceivedNS
	for _, at := range s.WrittenNS {
		c.DeltasNS = append(c.DeltasNS, at-last)
		last = at
	}
	if c.Chunks > 0 {
		c.FirstNS, c.LastTokenNS = &s.WrittenNS[0], &last
	}
	if s.Done == nil {
		c.Error = "cut off"
		return c
	}
	tokens := int64(len(s.Tokens))
	c.Server = &record.ServerTimings{Tokens: &tokens}
	return c
}
