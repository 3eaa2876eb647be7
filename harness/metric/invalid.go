package metric

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// A run whose claim is within the reach of its client's error (floor.go) stays in
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

// saidInvalid is the sentence under every table; "" where every run is valid.
func (s *Set) saidInvalid() string {
	n, first, runtimes := 0, "", []string{}
	for _, r := range s.Rows {
		if !r.isInvalid() {
			continue
		}
		if n++; n == 1 {
			first = r.Run.Cell.Runtime() + ": " + WhyInvalid(r.Findings)
		}
		if !slices.Contains(runtimes, r.Run.Cell.Runtime()) {
			runtimes = append(runtimes, r.Run.Cell.Runtime())
		}
	}
	if n == 0 {
		return ""
	}
	slices.Sort(runtimes)
	return fmt.Sprintf("INVALID runs: %d of %d (%s). What their client was off by on a known answer is over a fifth of what they claim. The first: %s.", n, len(s.Rows), strings.Join(runtimes, ", "), first)
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
	return slices.Insert(columns, last+1, folded(Count(colRuns.Group, Invalid, "", func(g Group) int {
		n := 0
		for _, r := range g.Rows {
			if r.isInvalid() {
				n++
			}
		}
		return n
	}))...)
}
