package analysis

import "github.com/chimeraforge/duet/harness/metrics"

// one makes a column of a single run: a group of one.
func one(group, name, unit string, decimals int, p pick) groupColumn {
	return groupColumn{Column{Group: group, Name: name, Unit: unit, Decimals: decimals}, func(g Group) Value {
		if len(g.Rows) == 0 {
			return Value{}
		}
		return Num(p(&g.Rows[0]))
	}}
}

func flagOf(group, name string, f func(*Row) *bool) groupColumn {
	return groupColumn{Column{Group: group, Name: name, Text: true}, func(g Group) Value {
		if len(g.Rows) == 0 {
			return Value{}
		}
		return Flag(f(&g.Rows[0]))
	}}
}

var (
	colRun      = whole("", "run", "", func(g Group) int { return g.First().RunNumber })
	colRound    = whole("", "round", "", func(g Group) int { return g.First().Round })
	colWarnings = whole("", "warnings", "", func(g Group) int { return len(g.any().Warnings) })
	colStatus   = word("status", func(r *metrics.Run) string { return r.Status })
)

// each makes a group of every run of a suite.
func (s *Set) each(suite string) []Group {
	var out []Group
	for _, r := range s.Rows {
		switch {
		case r.Run.Suite != suite:
		case r.Run.OK():
			out = append(out, Group{Rows: []Row{r}})
		default:
			out = append(out, Group{Failed: []Row{r}})
		}
	}
	return out
}

// MultiRuns is every run of the multi suite.
func (s *Set) MultiRuns() Table {
	t := Table{
		ID: "runs_multi", Title: "Every run (multi-agent)",
		Definition: "One row per run, quantities as in the tables above. Wall: latest agent end − starting gun. A failed run has a row and no numbers.",
		N:          "Nothing is averaged over runs; an agent's TTFT is the mean over its calls.",
	}
	return s.fill(t, s.each(metrics.SuiteMulti),
		cellColumns(metrics.SuiteMulti), []groupColumn{colRun, colRound, colStatus,
			one("", "wall", "s", 3, wallTime),
			one("speedup", "measured", "", 3, speedup),
			one("efficiency", "measured", "%", 1, effMeasured),
			one("efficiency", "server", "%", 1, effServer),
			one("efficiency", "client", "%", 1, effClient),
			one("rate", "pair", "tok/s", 1, pairRate),
			one("rate", "solo", "tok/s", 1, soloRates),
			one("η", "collector", "", 3, eta(Collector)),
			one("η", "insight", "", 3, eta(Insight)),
			one("", "balance", "", 3, evenness),
			one("", "Jain", "", 3, fairness),
			one("insight − collector", "Δ rate", "tok/s", 1, tputDelta),
			one("insight − collector", "Δ TTFT", "ms", 1, ttftDelta),
			flagOf("contention", "measured", flagMeasured),
			flagOf("contention", "TR116", flagTR116),
			colWarnings,
		})
}

// SingleRuns is every run of the single suite.
func (s *Set) SingleRuns() Table {
	t := Table{
		ID: "runs_single", Title: "Every run (single agent)",
		Definition: "One row per run, quantities as in the tables above. A failed run has a row and no numbers.",
		N:          "Nothing is averaged over runs; TTFT is the mean over the calls of the pass.",
	}
	return s.fill(t, s.each(metrics.SuiteSingle),
		cellColumns(metrics.SuiteSingle), []groupColumn{colRun, colRound, colStatus,
			one("", "tuned wall", "s", 3, wallTime),
			one("decode rate", "baseline", "tok/s", 1, decode(metrics.PassBaseline)),
			one("decode rate", "tuned", "tok/s", 1, decode(metrics.PassTuned)),
			one("decode rate", "ratio", "", 3, tunedRatio),
			one("TTFT", "baseline", "ms", 1, ttft(metrics.PassBaseline)),
			one("TTFT", "tuned", "ms", 1, ttft(metrics.PassTuned)),
			one("TTFT", "ratio", "", 3, ttftRatio),
			colWarnings,
		})
}
