package analysis

import (
	"slices"

	"github.com/chimeraforge/duet/harness/metrics"
)

// Tables returns every table that has something to say about the set, in the
// order in which a reader wants them: the answer, its parts, the doubts, then
// every run.
func (s *Set) Tables() []Table {
	var out []Table
	if s.Has(metrics.SuiteMulti) {
		out = append(out, s.RuntimeSummary(), s.ModelSummary(), s.ConfigSummary(), s.RateSummary())
	}
	if s.Has(metrics.SuiteSingle) {
		out = append(out, s.SingleSummary())
	}
	out = append(out, s.TTFTTable(), s.WarningsTable(), s.FailedRuns())
	if s.Has(metrics.SuiteMulti) {
		out = append(out, s.MultiRuns())
	}
	if s.Has(metrics.SuiteSingle) {
		out = append(out, s.SingleRuns())
	}
	return s.Mark(s.lean(out))
}

// Glossary collects the terms of tables, each once, in order of appearance.
func Glossary(tables []Table) []Term {
	var out []Term
	for _, t := range tables {
		for _, term := range t.Terms {
			if len(t.Rows) > 0 && !slices.Contains(out, term) {
				out = append(out, term)
			}
		}
	}
	return out
}
