package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// SingleSummary is baseline against tuned options, by cell. The ratios come first,
// and are medians of ratios within a run: a machine that slows down over a session
// moves both sides of each. The ratio of the two means beside them need not be the
// same.
func (s *Set) SingleSummary() table.Table {
	t := table.Table{
		ID: "single", Title: "Baseline against tuned options (single agent)", Section: table.SectionSingle,
		Definition: defSingle + " " + defInterval,
		N:          nCell + nNoFails,
		Terms:      []table.Term{termDecode, termTTFT, termStats},
	}
	return s.fill(t, s.Groups(record.SuiteSingle, ByCell),
		modelCell(record.SuiteSingle), []Column[Group]{colRuns, colFailed},
		columns("tuned_over_baseline", statMedian, statLo, statHi),
		columns("base_decode_server", statMean, statSD),
		columns("decode_server", statMean, statSD),
		statColumns("TTFT ratio", "", 3, ttftRatio, statMedian, statLo, statHi),
		columns("base_ttft_ns", statMean, statSD),
		columns("ttft_ns", statMean, statSD))
}
