package analysis

import (
	"maps"
	"slices"

	"github.com/chimeraforge/duet/harness/metrics"
)

// FailedRuns lists the runs that were not measured to their end.
func (s *Set) FailedRuns() Table {
	t := Table{
		ID: "failed", Title: "Failed runs",
		Definition: "A run fails when a call of it does. It keeps its place and its raw data, and is in no mean.",
		N:          "One row per failed run.",
	}
	var groups []Group
	for _, r := range s.Failed() {
		groups = append(groups, Group{Failed: []Row{r}})
	}
	return s.fill(t, groups, []groupColumn{
		word("suite", func(r *metrics.Run) string { return r.Suite }),
		colRuntime, colModel, colScenario, colGPU, colCtx, colTemp, colRun, colRound,
		word("reason", func(r *metrics.Run) string { return r.Error }),
	})
}

// WarningsTable counts the doubts.
func (s *Set) WarningsTable() Table {
	t := Table{
		ID: "warnings", Title: "Warnings",
		Definition: "Doubts about runs, by rule. A run with a warning stays in every table.",
		N:          "Runs and cells that carry the warning at least once; the example is the first in the order of the tables.",
		Columns: []Column{{Name: "warning", Text: true}, {Name: "runs"}, {Name: "cells"},
			{Name: "says", Text: true}, {Name: "example", Text: true}},
	}
	type count struct {
		runs    int
		cells   map[string]bool
		example string
	}
	counts := map[string]*count{}
	for _, r := range s.Rows {
		seen := map[string]bool{}
		for _, w := range r.Warnings {
			c := counts[w.Code]
			if c == nil {
				c = &count{cells: map[string]bool{}, example: who(w)}
				counts[w.Code] = c
			}
			if !seen[w.Code] {
				c.runs++
			}
			seen[w.Code] = true
			c.cells[r.Run.Session+"\x00"+r.Run.Cell.ID] = true
		}
	}
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		c := counts[code]
		t.Rows = append(t.Rows, []Value{Text(code), Count(c.runs), Count(len(c.cells)), Text(Meanings[code]), Text(c.example)})
	}
	return t
}

func who(w metrics.Warning) string {
	if w.Agent == "" {
		return w.Message
	}
	return w.Agent + ": " + w.Message
}
