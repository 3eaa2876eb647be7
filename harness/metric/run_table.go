package metric

import (
	"maps"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// one makes a column of a single run: a group of one.
func one(group, name, unit string, decimals int, p pick) groupColumn {
	return groupColumn{table.Column{Group: group, Name: name, Unit: unit, Decimals: decimals}, func(g Group) table.Value {
		if len(g.Rows) == 0 {
			return table.Value{}
		}
		return table.Num(p(g.Rows[0]))
	}}
}

func flagOf(group, name string, f func(*Row) *bool) groupColumn {
	return groupColumn{table.Column{Group: group, Name: name, Text: true}, func(g Group) table.Value {
		if len(g.Rows) == 0 {
			return table.Value{}
		}
		return table.Flag(f(g.Rows[0]))
	}}
}

var (
	colRun    = whole("", "run", "", func(g Group) int { return g.First().RunNumber })
	colRound  = groupColumn{table.Column{Name: "round", Fold: true}, func(g Group) table.Value { return round(g.First()) }}
	colStatus = groupColumn{table.Column{Name: "status", Text: true, Fold: true}, func(g Group) table.Value { return table.Text(g.any().status()) }}
)

// warningsBut names a run's warnings, without those of common.
func warningsBut(common []string) groupColumn {
	return groupColumn{table.Column{Name: "warnings", Text: true, Fold: true}, func(g Group) table.Value {
		var out []string
		for _, w := range g.any().Warnings {
			if !slices.Contains(common, w.Code) && !slices.Contains(out, w.Code) {
				out = append(out, w.Code)
			}
		}
		return table.Text(join(out))
	}}
}

// Common lists the codes of warnings that every run of a suite carries: they
// say something of the machine or the plan, not of one run against another.
func (s *Set) Common(suite string) []string {
	runs, counts := 0, map[string]int{}
	for _, r := range s.Rows {
		if r.Run.Suite != suite {
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
	for _, w := range r.Warnings {
		if !slices.Contains(out, w.Code) {
			out = append(out, w.Code)
		}
	}
	return out
}

func everyRun(common []string) []string {
	if len(common) == 0 {
		return nil
	}
	return []string{"Every run carries these warnings, which the column leaves out: " + join(common) + "."}
}

// each makes a group of every run of a suite.
func (s *Set) each(suite string) []Group {
	out := make([]Group, 0, len(s.Rows))
	for i := range s.Rows {
		switch r := s.Rows[i : i+1 : i+1]; {
		case r[0].Run.Suite != suite:
		case r[0].Run.OK():
			out = append(out, Group{Rows: r})
		default:
			out = append(out, Group{Failed: r})
		}
	}
	return out
}

// MultiRuns is every run of the multi suite.
func (s *Set) MultiRuns() table.Table {
	common := s.Common(record.SuiteMulti)
	t := table.Table{
		ID: "runs_multi", Title: "Every run (multi-agent)", Section: table.AppendixFlat,
		Definition: "One row per run, quantities as in the tables above. Wall: latest agent end − starting gun. A failed run has a row and no numbers.",
		N:          "Nothing is averaged over runs; an agent's TTFT is the mean over its calls.",
		Notes:      everyRun(common),
		Terms:      []table.Term{termMeasured, termLegacy, termRates, termEta, termFair, termDeltas, termContention, termWall},
	}
	return s.fillRuns(t, s.each(record.SuiteMulti), cellColumns(record.SuiteMulti), []groupColumn{colRun},
		rank(3, colRound), []groupColumn{colStatus,
			one("efficiency", "measured", "%", 1, effMeasured)},
		rank(1, one("efficiency", "server", "%", 1, effServer), one("efficiency", "client", "%", 1, effClient)),
		rank(2, one("speedup", "measured", "", 3, speedup)), []groupColumn{
			one("rate", "together", "tok/s", 1, pairRate),
			one("rate", "alone", "tok/s", 1, soloRates)},
		rank(1, one("η", Collector, "", 3, eta(Collector)), one("η", Insight, "", 3, eta(Insight))),
		rank(2, one("", "wall", "s", 3, wallTime)),
		rank(1, one("Δ", "rate", "tok/s", 1, tputDelta), one("Δ", "TTFT", "ms", 1, ttftDelta)),
		rank(3, one("", "balance", "", 3, evenness),
			one("", "Jain", "", 3, fairness),
			flagOf("contention", "measured", flagMeasured),
			flagOf("contention", "TR116", flagTR116)),
		[]groupColumn{warningsBut(common)})
}

// SingleRuns is every run of the single suite.
func (s *Set) SingleRuns() table.Table {
	common := s.Common(record.SuiteSingle)
	t := table.Table{
		ID: "runs_single", Title: "Every run (single agent)", Section: table.AppendixSingle,
		Definition: "One row per run, quantities as in the tables above. A failed run has a row and no numbers.",
		N:          "Nothing is averaged over runs; TTFT is the mean over the calls of the pass.",
		Notes:      everyRun(common),
		Terms:      []table.Term{termDecode, termTTFT, termWall},
	}
	return s.fillRuns(t, s.each(record.SuiteSingle), cellColumns(record.SuiteSingle), []groupColumn{colRun},
		rank(3, colRound), []groupColumn{colStatus,
			one("decode rate", "baseline", "tok/s", 1, decode(record.PassBaseline)),
			one("decode rate", "tuned", "tok/s", 1, decode(record.PassTuned)),
			one("decode rate", "ratio", "", 3, tunedRatio),
			one("TTFT", "baseline", "ms", 1, ttft(record.PassBaseline)),
			one("TTFT", "tuned", "ms", 1, ttft(record.PassTuned)),
			one("TTFT", "ratio", "", 3, ttftRatio)},
		rank(2, one("", "tuned wall", "s", 3, wallTime)),
		[]groupColumn{warningsBut(common)})
}
