package metric

import (
	"slices"
	"sync"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// Tables returns every table that has something to say about the set, in the
// order in which a reader wants them: the answer, its parts, the doubts, then
// every run.
func (s *Set) Tables() []table.Table { return s.tables(s.RuntimeSummary, s.ModelSummary) }

// CellTables are Tables of one cell, in which there is nothing to pool.
func (s *Set) CellTables() []table.Table { return s.tables() }

// tables makes those that a set has something to say in, after those over several
// cells.
func (s *Set) tables(pooled ...func() table.Table) []table.Table {
	var makers []func() table.Table
	if s.Has(record.SuiteMulti) {
		makers = append(append(makers, pooled...), s.ConfigSummary, s.RateSummary)
	}
	if s.Has(record.SuiteSingle) {
		makers = append(makers, s.SingleSummary)
	}
	makers = append(makers, s.energyTables()...)
	makers = append(makers, s.TTFTTable, s.WarningsTable, s.FailedRuns)
	if s.Has(record.SuiteMulti) {
		makers = append(makers, s.MultiRuns)
	}
	if s.Has(record.SuiteSingle) {
		makers = append(makers, s.SingleRuns)
	}
	return s.Mark(s.lean(made(makers)))
}

// made calls makers side by side: tables do not depend on each other.
func made(makers []func() table.Table) []table.Table {
	out := make([]table.Table, len(makers))
	var wg sync.WaitGroup
	for i, m := range makers {
		wg.Go(func() { out[i] = m() })
	}
	wg.Wait()
	return out
}

// Glossary collects the terms of tables, each once, in order of appearance.
func Glossary(tables []table.Table) []table.Term {
	var out []table.Term
	for _, t := range tables {
		for _, term := range t.Terms {
			if len(t.Rows) > 0 && !slices.Contains(out, term) {
				out = append(out, term)
			}
		}
	}
	return out
}
