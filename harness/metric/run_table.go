package metric

import (
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
	colStatus = folded(word("", "status", func(g Group) string { return g.any().status() }))[0]
)

// colWall is the wall time in seconds: a pass takes many of them.
func colWall(title string) Column[Group] {
	return single("", title, "s", 3, func(r *Row) *float64 { return stats.Scaled(Pick("wall_ns")(r), 1e-9) })
}

// warningsBut names a run's warnings, without those of common.
func warningsBut(common []string) Column[Group] {
	return Column[Group]{table.Column{Name: "warnings", Text: true, Fold: true}, func(g Group) table.Value {
		var out []string
		for _, w := range g.any().Findings {
			if !slices.Contains(common, w.Code) && !slices.Contains(out, w.Code) {
				out = append(out, w.Code)
			}
		}
		return table.Text(join(out))
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
		etas = append(etas, single("η", a.name, "", 3, a.of))
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
			single("TTFT", "ratio", "", 3, ttftRatio)},
		rank(2, colWall("tuned wall")),
		[]Column[Group]{warningsBut(common)})
}
