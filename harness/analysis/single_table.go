package analysis

import "github.com/chimeraforge/duet/harness/metrics"

// SingleSummary is baseline against tuned options, by cell.
func (s *Set) SingleSummary() Table {
	t := Table{
		ID: "single", Title: "Baseline against tuned options (single agent)", Section: SectionSingle,
		Definition: defSingle + " " + defInterval,
		N:          nCell + nNoFails,
		Terms:      []Term{termDecode, termTTFT, termStats},
	}
	return s.fill(t, s.Groups(metrics.SuiteSingle, ByCell),
		cellColumns(metrics.SuiteSingle), []groupColumn{colRuns, colFailed},
		statColumns("rate ratio", "", 3, tunedRatio, statMedian, statLo, statHi),
		statColumns("baseline rate", "tok/s", 1, decode(metrics.PassBaseline), statMean, statSD),
		statColumns("tuned rate", "tok/s", 1, decode(metrics.PassTuned), statMean, statSD),
		statColumns("TTFT ratio", "", 3, ttftRatio, statMedian, statLo, statHi),
		statColumns("baseline TTFT", "ms", 1, ttft(metrics.PassBaseline), statMean, statSD),
		statColumns("tuned TTFT", "ms", 1, ttft(metrics.PassTuned), statMean, statSD))
}
