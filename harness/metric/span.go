package metric

import (
	"cmp"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// span is a stretch of a run, in nanoseconds since its origin.
type span struct{ from, to int64 }

// decoding is when at least one agent of the passes was decoding: from a call's
// first text to its last chunk, overlapping calls counted once. Prompts, and the
// moments between two calls, are not in it. false when a call failed or has no
// such stamps: the window would be another one.
func decoding(passes []*record.Pass) ([]span, bool) {
	var all []span
	for _, p := range passes {
		for i := range p.Calls {
			c := &p.Calls[i]
			if c.Error != "" || c.FirstNS == nil || c.DoneNS == nil || *c.DoneNS <= *c.FirstNS {
				return nil, false
			}
			all = append(all, span{*c.FirstNS, *c.DoneNS})
		}
	}
	return union(all), len(all) > 0
}

// union joins spans that overlap or touch.
func union(all []span) []span {
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var out []span
	for _, s := range all {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// length is the time in spans, nanoseconds.
func length(spans []span) (ns int64) {
	for _, s := range spans {
		ns += s.to - s.from
	}
	return ns
}

// within reports whether a time lies in one of the spans. What is read at the
// very end of one may be of what comes next, so it is not in it.
func within(spans []span, at int64) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.from <= at && at < s.to })
}
