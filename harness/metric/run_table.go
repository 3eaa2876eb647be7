package metric

import (
	"fmt"
	"maps"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// counts are a group's runs, those that were measured to their end and the others.
func counts() []Column[Group] {
	return []Column[Group]{
		Count("runs", "ok", "", func(g Group) int { return len(g.Rows) }),
		Count("runs", "failed", "", func(g Group) int { return len(g.Failed) }),
	}
}

// colRuns and colFailed count a group's runs; the three after them are of a table
// with a row per run.
var (
	colRuns, colFailed = folded(counts()...)[0], folded(counts()...)[1]

	colRun    = folded(Count("", "run", "", func(g Group) int { return g.First().RunNumber }))[0]
	colRound  = Column[Group]{table.Column{Name: "round", Fold: true}, func(g Group) table.Value { return round(g.First()) }}
	colStatus = folded(Word("", "status", func(g Group) string { return g.any().status() }))[0]
)

// colWall is the wall time in seconds: a pass takes many of them.
func colWall(title string) Column[Group] {
	return Single("", title, "s", 3, func(r *Row) *float64 { return stats.Scaled(Pick("wall_ns")(r), 1e-9) })
}

// warningsBut names a run's warnings, without those of common.
func warningsBut(common []string) Column[Group] {
	return Column[Group]{table.Column{Name: "warnings", Text: true, Fold: true}, func(g Group) table.Value {
		return table.Text(join(slices.DeleteFunc(codes(g.any()), func(code string) bool { return slices.Contains(common, code) })))
	}}
}

// Common lists the codes of warnings that every run of a suite carries: they say
// something of the machine or the plan, not of one run against another, and would
// fill a column in which nobody then sees the one that matters.
func (s *Set) Common(suite string) []string {
	runs, counts := 0, map[string]int{}
	for _, r := range s.Rows {
		if r.Run.Form() != suite {
			continue
		}
		runs++
		for _, code := range codes(r) {
			counts[code]++
		}
	}
	var out []string
	for _, code := range slices.SortedFunc(maps.Keys(counts), bySeverity) {
		if counts[code] == runs {
			out = append(out, code)
		}
	}
	return out
}

// codes are the distinct codes of a run's warnings.
func codes(r *Row) []string {
	var out []string
	for _, w := range r.Findings {
		if !slices.Contains(out, w.Code) {
			out = append(out, w.Code)
		}
	}
	return out
}

// everyRun says once what every row would repeat.
func everyRun(common []string) []string {
	if len(common) == 0 {
		return nil
	}
	return []string{"Every run carries these warnings, which the column leaves out: " + join(common) + "."}
}

// MultiRuns is every run of the multi suite, as it was: this is where to look when
// a mean surprises. Nothing is left out for being far away, and a failed run keeps
// its row.
func (s *Set) MultiRuns() table.Table {
	common, differ := s.Common(record.SuiteMulti), s.contrast()
	var etas []Column[Group]
	for _, a := range s.etas() {
		etas = append(etas, Single("η", a.name, "", 3, a.of))
	}
	t := table.Table{
		ID: "runs_multi", Title: "Every run (multi-agent)", Section: table.AppendixFlat,
		Definition: "One row per run, quantities as in the tables above. Wall: latest agent end − starting gun. A failed run has a row and no numbers.",
		N:          "Nothing is averaged over runs; an agent's TTFT is the mean over its calls.",
		Notes:      everyRun(common),
		Terms:      []table.Term{termMeasured, termLegacy, termRates, termEta, termFair, differ.term, termContention, termWall},
	}
	return s.fill(t, s.each(record.SuiteMulti), modelCell(record.SuiteMulti), []Column[Group]{colRun},
		rank(3, colRound), []Column[Group]{colStatus,
			ofRun("efficiency", "measured", "efficiency_measured")},
		rank(1, ofRun("efficiency", "server", "efficiency_server"), ofRun("efficiency", "client", "efficiency_client")),
		rank(2, ofRun("speedup", "measured", "speedup_measured")), []Column[Group]{
			ofRun("rate", "together", "aggregate_rate"),
			ofRun("rate", "alone", "solo_rate")},
		rank(1, etas...),
		rank(2, colWall("wall")),
		rank(1, ofRun(differ.heading, "rate", differ.rate), ofRun(differ.heading, "TTFT", differ.ttft)),
		rank(3, ofRun("", "balance", "balance"),
			ofRun("", "Jain", "jain"),
			ofRun("contention", "measured", "contention_measured"),
			ofRun("contention", "TR116", "contention_tr116")),
		[]Column[Group]{warningsBut(common)})
}

// SingleRuns is every run of the single suite, as MultiRuns is of the other.
func (s *Set) SingleRuns() table.Table {
	common := s.Common(record.SuiteSingle)
	t := table.Table{
		ID: "runs_single", Title: "Every run (single agent)", Section: table.AppendixSingle,
		Definition: "One row per run, quantities as in the tables above. A failed run has a row and no numbers.",
		N:          "Nothing is averaged over runs; TTFT is the mean over the calls of the pass.",
		Notes:      everyRun(common),
		Terms:      []table.Term{termDecode, termTTFT, termWall},
	}
	return s.fill(t, s.each(record.SuiteSingle), modelCell(record.SuiteSingle), []Column[Group]{colRun},
		rank(3, colRound), []Column[Group]{colStatus,
			ofRun("decode rate", "baseline", "base_decode_server"),
			ofRun("decode rate", "tuned", "decode_server"),
			ofRun("decode rate", "ratio", "tuned_over_baseline"),
			ofRun("TTFT", "baseline", "base_ttft_ns"),
			ofRun("TTFT", "tuned", "ttft_ns"),
			Single("TTFT", "ratio", "", 3, ttftRatio)},
		rank(2, colWall("tuned wall")),
		[]Column[Group]{warningsBut(common)})
}

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
				found[code] = &Doubt{Code: code, Example: r.Findings[slices.IndexFunc(r.Findings, func(f record.Finding) bool { return f.Code == code })].String()}
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
