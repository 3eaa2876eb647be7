package metric

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// A run claims effects: how much faster two agents are than one after the other,
// and how soon a reply begins. Its client's error on a known answer, the floor,
// is in both. Where the floor exceeds a share of the effect (floorShare) the
// claim is the client's as much as the server's, and the run is marked invalid.
//
// Not every error counts alike. An offset that every call has lengthens the solo
// and the concurrent passes alike: most of it cancels in the speedup. What calls
// differ by does not cancel.

// invalidClaims tells which claims of a run are within the reach of its client's error.
func invalidClaims(r *record.Run, d *record.Derived) []record.Finding {
	if r.Meter == nil || !r.OK() {
		return nil
	}
	return append(invalidSpeedup(r, d), invalidTTFT(r)...)
}

// invalidSpeedup compares the floor of the speedup with its effect: how far it is
// from taking turns (1) or from two machines (N), whichever is farther, so that a
// run which finds no cost at all claims a gain, and one without a gain a cost.
func invalidSpeedup(r *record.Run, d *record.Derived) []record.Finding {
	s, ok := newSpans(r, d)
	if !ok {
		return nil
	}
	speedup := s.speedup(0)
	effect := max(math.Abs(speedup-1), math.Abs(speedup-s.agents))
	floor := math.Abs(speedup-s.speedup(float64(r.Meter.CallErrorNS))) + s.spread(float64(r.Meter.CallSpreadNS))
	if floor <= floorShare*effect {
		return nil
	}
	return doubt(Invalid, "", "the speedup of %.3f is uncertain by %.3f, since on a known answer a call by this client was off by %s, give or take %s",
		speedup, floor, millis(r.Meter.CallErrorNS), millis(r.Meter.CallSpreadNS))
}

// invalidTTFT compares the client's error with the shortest TTFT of the run.
func invalidTTFT(r *record.Run) []record.Finding {
	least := math.Inf(1)
	for i := range r.Passes {
		p := &r.Passes[i]
		for _, id := range p.Agents {
			if t := mean(p.CallsOf(id), TTFT); t != nil {
				least = min(least, *t)
			}
		}
	}
	floor := math.Abs(float64(r.Meter.TTFTErrorNS)) + float64(r.Meter.TTFTSpreadNS)
	if math.IsInf(least, 1) || floor <= floorShare*least {
		return nil
	}
	return doubt(Invalid, "", "a TTFT of %s is uncertain by %s, since on a known answer this client was off by %s, give or take %s",
		millis(int64(least)), millis(int64(floor)), millis(r.Meter.TTFTErrorNS), millis(r.Meter.TTFTSpreadNS))
}

// millis is nanoseconds as a sentence has them.
func millis(ns int64) string { return sprint("%.1f ms", float64(ns)/1e6) }

// spans are the times that a speedup is made of.
type spans struct {
	agents      float64
	wall, alone float64 // of the concurrent pass; of the solo passes, summed. ns
	calls       float64 // of one agent in a pass
	tokens      float64 // together ÷ alone
}

// newSpans takes the times from a run; ok is false where it has no speedup, which
// then needs no doubt.
func newSpans(r *record.Run, d *record.Derived) (spans, bool) {
	passes := r.PassesOf(record.PassConcurrent)
	if len(passes) == 0 || d.Get("speedup_measured") == nil || len(passes[0].Agents) == 0 {
		return spans{}, false
	}
	together := passes[0]
	s := spans{agents: float64(len(together.Agents)), wall: float64(*d.Whole("wall_ns"))}
	for i := range d.Agents {
		if a := &d.Agents[i]; a.Pass == record.PassSolo {
			s.alone += float64(*a.Whole("wall_ns"))
		}
	}
	s.calls = float64(len(together.Calls)) / s.agents
	s.tokens = *d.Get("speedup_measured") * s.wall / s.alone
	return s, true
}

// speedup is what it would be if every call were shorter by an offset. The solo
// passes hold all calls of all agents one after the other, the concurrent pass
// those of one agent beside the others'. So N times the offset goes from the one
// and one from the other, and where together costs nothing it cancels.
func (s spans) speedup(offset float64) float64 {
	return s.tokens * (s.alone - s.agents*s.calls*offset) / (s.wall - s.calls*offset)
}

// spread is how uncertain the speedup is when every call is, independently: a pass
// of some calls by the root of their number. The relative errors of the two times
// are added as independent ones are, by their squares.
func (s spans) spread(ns float64) float64 {
	return s.speedup(0) * ns * math.Hypot(math.Sqrt(s.calls)/s.wall, math.Sqrt(s.calls*s.agents)/s.alone)
}

// A run whose claim is within the reach of its client's error stays in
// every table, since leaving it out would be a choice of results. Every table says
// so instead: which runs, of which runtimes, and in every row how many.

// WhyInvalid is the reason why a run with these findings is invalid, "" where it
// is not.
func WhyInvalid(findings []record.Finding) string {
	for _, w := range findings {
		if w.Code == Invalid {
			return w.Evidence
		}
	}
	return ""
}

// status is a run's in a table of runs.
func (r *Row) status() string {
	if WhyInvalid(r.Findings) != "" {
		return Invalid
	}
	if r.Run.Rerun != nil {
		return r.Run.Status + ", re-run"
	}
	return r.Run.Status
}

// isInvalid reports whether a run's claim is within the reach of its client's
// error.
func (r *Row) isInvalid() bool { return WhyInvalid(r.Findings) != "" }

// invalidNote is the sentence under every table; "" where every run is valid.
func (s *Set) invalidNote() string {
	n := having(s.Rows, (*Row).isInvalid)
	if n == 0 {
		return ""
	}
	first := s.Rows[slices.IndexFunc(s.Rows, (*Row).isInvalid)]
	runtimes := s.words(func(r *Row) string {
		if r.isInvalid() {
			return r.Run.Cell.Runtime()
		}
		return ""
	})
	return fmt.Sprintf("INVALID runs: %d of %d (%s). What their client was off by on a known answer is over a fifth of what they claim. The first: %s.", n, len(s.Rows), strings.Join(runtimes, ", "), first.Run.Cell.Runtime()+": "+WhyInvalid(first.Findings))
}

// withInvalid puts a count of invalid runs beside those of measured and failed
// ones, where a set has any.
func (s *Set) withInvalid(columns []Column[Group]) []Column[Group] {
	last := -1
	for i, c := range columns {
		if c.Group == colRuns.Group {
			last = i
		}
	}
	if last < 0 || !slices.ContainsFunc(s.Rows, (*Row).isInvalid) {
		return columns
	}
	return slices.Insert(columns, last+1, folded(Count(colRuns.Group, Invalid, "", func(g Group) int { return having(g.Rows, (*Row).isInvalid) }))...)
}
