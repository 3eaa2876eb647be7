package metric

import (
	"fmt"
	"maps"
	"slices"

	"github.com/chimeraforge/duet/harness/table"
)

// FailedRuns lists the runs that were not measured to their end. Means are of the
// runs that were, so a cell whose slow runs fail looks fast: this table is where
// that shows.
func (s *Set) FailedRuns() table.Table {
	t := table.Table{
		ID: "failed", Title: "Failed runs", Section: table.SectionStability,
		Definition: "A run fails when a call of it does. It keeps its place and its raw data, and is in no mean.",
		N:          "One row per failed run.",
	}
	var groups []Group
	for _, r := range s.Failed() {
		groups = append(groups, Group{Failed: []*Row{r}})
	}
	return s.fill(t, groups, []Column[Group]{
		colSuite[Group](), colModel[Group](), colRuntime[Group](), colScenario[Group]()}, options[Group](), []Column[Group]{colRun, colRound,
		{table.Column{Name: "reason", Text: true, Prose: true}, func(g Group) table.Value { return table.Text(g.First().Error) }},
	})
}

// Doubt is a code of warning over a set.
type Doubt struct {
	Code    string
	Runs    int // that carry it
	Cells   int // that have such runs
	Example string
}

// Doubts counts the set's warnings by code, what matters most first. Runs are
// counted once per code, however many agents say it. Cells are counted beside them:
// one bad cell and a little of every cell are different troubles.
func (s *Set) Doubts() []Doubt {
	found := map[string]*Doubt{}
	cells := map[[3]string]bool{}
	for _, r := range s.Rows {
		for _, code := range codes(r) {
			if found[code] == nil {
				found[code] = &Doubt{Code: code, Example: example(r, code)}
			}
			d := found[code]
			d.Runs++
			if cell := [3]string{code, r.Run.Session, r.Run.Cell.ID}; !cells[cell] {
				cells[cell] = true
				d.Cells++
			}
		}
	}
	var out []Doubt
	for _, code := range slices.SortedFunc(maps.Keys(found), bySeverity) {
		out = append(out, *found[code])
	}
	return out
}

// WarningsTable counts the doubts.
func (s *Set) WarningsTable() table.Table {
	t := table.Table{
		ID: "warnings", Title: "Warnings", Section: table.SectionStability,
		Definition: "Doubts about runs, by rule, what spoils a number before what only explains it. A run with a warning stays in every table.",
		N:          fmt.Sprintf("Runs, of %d, and cells that carry the warning at least once; the example is the first in the order of the tables.", len(s.Rows)),
		Terms:      []table.Term{termWarnings},
		Columns: []table.Column{{Name: "warning", Text: true}, {Name: "runs"}, {Name: "cells"},
			{Name: "says", Text: true, Prose: true}, {Name: "example", Text: true, Prose: true}},
	}
	for _, d := range s.Doubts() {
		t.Rows = append(t.Rows, []table.Value{table.Text(d.Code), table.Count(d.Runs), table.Count(d.Cells), table.Text(Meaning(d.Code)), table.Text(d.Example)})
	}
	return t
}

// example is what the first of a run's findings of a code says.
func example(r *Row, code string) string {
	for _, w := range r.Findings {
		if w.Code == code {
			return w.String()
		}
	}
	return ""
}
