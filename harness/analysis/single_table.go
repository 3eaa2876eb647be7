package analysis

import "github.com/chimeraforge/duet/harness/metrics"

// SingleSummary is baseline against tuned options, by cell.
func (s *Set) SingleSummary() Table {
	t := Table{
		ID: "single", Title: "Baseline against tuned options (single agent)",
		Definition: "Decode rate: Σ eval_count / Σ eval_duration of the pass (server). TTFT: mean over the calls of the pass, client clock, model load included. Ratios are tuned / baseline of the same run: above 1 the tuned options decode faster; below 1 their first token comes sooner. " + defStats,
		N:          "One value per run; over the repetitions of a cell. Failed runs are counted, never averaged.",
	}
	return s.fill(t, s.Groups(metrics.SuiteSingle, ByCell),
		cellColumns(metrics.SuiteSingle), []groupColumn{colRuns, colFailed},
		statColumns("tuned / baseline rate", "", 3, tunedRatio, statMedian, statLo, statHi),
		statColumns("baseline rate", "tok/s", 1, decode(metrics.PassBaseline), statMean, statSD),
		statColumns("tuned rate", "tok/s", 1, decode(metrics.PassTuned), statMean, statSD),
		statColumns("tuned / baseline TTFT", "", 3, ttftRatio, statMedian, statLo, statHi),
		statColumns("baseline TTFT", "ms", 1, ttft(metrics.PassBaseline), statMean, statSD),
		statColumns("tuned TTFT", "ms", 1, ttft(metrics.PassTuned), statMean, statSD))
}
