package metric

import (
	"fmt"
	"maps"
	"slices"
	"strings"
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
	return s.Mark(s.lean(makeAll(makers)))
}

// makeAll calls makers side by side: tables do not depend on each other.
func makeAll(makers []func() table.Table) []table.Table {
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

// Label is the loud word for numbers that are not of real models on a real
// machine; "" when all are.
func (s *Set) Label() string {
	return strings.Join(s.labels("SIMULATED – not a measurement of this machine", "SYNTHETIC MODELS – real servers, random weights"), " · ")
}

// ShortLabel is Label in a word or two.
func (s *Set) ShortLabel() string {
	return strings.Join(s.labels("SIMULATED", "SYNTHETIC MODELS"), ", ")
}

func (s *Set) labels(simulated, synthetic string) []string {
	return s.words(func(r *Row) string {
		switch b := r.Run.Backend; {
		case b.Simulated:
			return simulated
		case b.Synthetic:
			return synthetic
		}
		return ""
	})
}

// Backend names what answered the requests.
func (s *Set) Backend() string {
	return strings.Join(s.words(func(r *Row) string { return r.Run.Label() }), "; ")
}

// words are what the runs say, each once and sorted: a set of several back ends has
// all of their labels, and a simulated run among real ones is never without its
// word.
func (s *Set) words(of func(*Row) string) []string {
	found := map[string]bool{}
	for _, r := range s.Rows {
		found[of(r)] = true
	}
	delete(found, "")
	return slices.Sorted(maps.Keys(found))
}

// Mark puts the set's labels on tables, and the sentences that hold for all of
// them: a table gets quoted alone.
func (s *Set) Mark(tables []table.Table) []table.Table {
	label, backend, again := s.ShortLabel(), s.Backend(), s.rerunsNote() // once: a set may have many runs
	said := slices.DeleteFunc([]string{s.invalidNote(), s.machinesNote()}, func(s string) bool { return s == "" })
	for i := range tables {
		tables[i].Label, tables[i].Backend = label, backend
		if again != "" && len(tables[i].Rows) > 0 {
			tables[i].N += " " + again
		}
		if len(said) > 0 && len(tables[i].Rows) > 0 {
			tables[i].Notes = append(slices.Clone(tables[i].Notes), said...)
		}
	}
	return tables
}

// having counts the rows of which something is true.
func having(rows []*Row, is func(*Row) bool) (n int) {
	for _, r := range rows {
		if is(r) {
			n++
		}
	}
	return n
}

// rerunsNote is how the n of a table comes to differ from cell to cell; "" where
// every run is one of the rounds that were planned.
func (s *Set) rerunsNote() string {
	n := having(s.Rows, func(r *Row) bool { return r.Run.Rerun != nil })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d of all %d runs are re-runs of cells with outliers, which have one run more; they count like any other.", n, len(s.Rows))
}

// machinesNote is the sentence under every table of a merged session; "" where one
// machine made every run. Machines are never averaged, but a reader's eye goes down
// a column.
func (s *Set) machinesNote() string {
	machines := s.words(func(r *Row) string { return r.Run.Backend.Machine })
	if len(machines) < 2 {
		return ""
	}
	return fmt.Sprintf("Of %d machines (%s): every row is of one, which its backend names, and a difference between rows of two is the machines' too.",
		len(machines), strings.Join(machines, ", "))
}

// lean leaves out what no run of the set can have: where every run was measured
// by another tool there is no solo pass, so nothing "measured" exists, and a
// column of nothing but n/a says so worse than a sentence. In a set with runs of
// duet's own every column stays, whatever is in it.
func (s *Set) lean(tables []table.Table) []table.Table {
	if !s.Imported() {
		return tables
	}
	var out []table.Table
	for _, t := range tables {
		if len(t.Rows) == 0 {
			out = append(out, t)
		} else if t, some := withoutAbsent(t); some {
			out = append(out, t)
		}
	}
	return out
}

// withoutAbsent takes the columns out that are absent in every row, and reports
// whether more than names and counts of runs is left.
func withoutAbsent(t table.Table) (table.Table, bool) {
	var keep []int
	var absent []table.Column
	some := false
	groups := map[string]bool{} // that keep a column
	for i, c := range t.Columns {
		if !slices.ContainsFunc(t.Rows, func(row []table.Value) bool { return row[i].Kind != table.Absent }) {
			absent = append(absent, c)
			continue
		}
		keep, groups[c.Group] = append(keep, i), true
		some = some || !c.Fold
	}
	if len(absent) == 0 {
		return t, some
	}
	var gone []string
	for _, c := range absent {
		if name := leftOut(c, groups[c.Group]); !slices.Contains(gone, name) {
			gone = append(gone, name)
		}
	}
	note := "No run here has a value for these, so they are left out: " + strings.Join(gone, ", ") + ". These runs were measured by another tool, without a solo pass."
	if slices.ContainsFunc(gone, func(name string) bool { return strings.HasPrefix(name, interval) }) {
		note += " An interval of a median needs six runs."
	}
	t.Notes = append(slices.Clone(t.Notes), note)
	return table.Pick(t, keep), some
}

const interval = "interval of "

// leftOut names a column that goes: by the quantity alone where nothing of it
// stays, else by the statistic too.
func leftOut(c table.Column, some bool) string {
	switch {
	case long[c.Name] != "" && some:
		return interval + c.Group
	case !some && (long[c.Name] != "" || slices.Contains([]string{"median", "mean", "sd", "min", "max"}, c.Name)):
		return c.Group
	}
	return strings.TrimSpace(c.Group + " " + c.Name)
}

// round is which round of the session a run belongs to; another tool's runs
// have none.
func round(r *record.Run) table.Value {
	if r.Imported != nil {
		return table.Value{}
	}
	return table.Count(r.Round)
}
