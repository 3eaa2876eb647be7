package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// SingleSummary is baseline against tuned options, by cell.
func (s *Set) SingleSummary() table.Table {
	t := table.Table{
		ID: "single", Title: "Baseline against tuned options (single agent)", Section: table.SectionSingle,
		Definition: defSingle + " " + defInterval,
		N:          nCell + nNoFails,
		Terms:      []table.Term{termDecode, termTTFT, termStats},
	}
	return s.fill(t, s.Groups(record.SuiteSingle, ByCell),
		modelCell(record.SuiteSingle), []Column[Group]{colRuns, colFailed},
		statColumns("rate ratio", "", 3, tunedRatio, statMedian, statLo, statHi),
		statColumns("baseline rate", "tok/s", 1, decode(record.PassBaseline), statMean, statSD),
		statColumns("tuned rate", "tok/s", 1, decode(record.PassTuned), statMean, statSD),
		statColumns("TTFT ratio", "", 3, ttftRatio, statMedian, statLo, statHi),
		statColumns("baseline TTFT", "ms", 1, ttft(record.PassBaseline), statMean, statSD),
		statColumns("tuned TTFT", "ms", 1, ttft(record.PassTuned), statMean, statSD))
}
