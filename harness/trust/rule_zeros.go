package trust

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

var (
	keptZeros = Quantity{"Δ TTFT, zeros kept", "ms", 3, withZero}
	lessZeros = Quantity{"Δ TTFT, zeros lost", "ms", 3, func(r *metric.Row) *float64 { return r.S.TTFTDeltaMS }}
)

// lostZeros looks for deltas that are exactly zero and that the study's own
// tables, which test a number for truth, print as missing.
func lostZeros(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	var first *[2]record.Figure
	studied := false
	for _, g := range a.Cells[record.SuiteMulti] {
		var lost []*record.Run
		for _, r := range ofStudy(g.Rows) {
			studied = true
			if r.S.LostZero {
				lost = append(lost, r.Run)
			}
		}
		if len(lost) == 0 {
			continue
		}
		runs = append(runs, lost...)
		kept, less := keptZeros.Plain(g), lessZeros.Plain(g)
		figures = append(figures, Count(g.Name, "exact zeros", "runs", len(lost), len(g.Rows)), kept, less)
		if first == nil {
			first = &[2]record.Figure{kept, less}
		}
	}
	switch {
	case !studied:
		return Skip("Only the study's tables lose zeros; duet's keep an exact zero as a value.")
	case len(runs) == 0:
		return Nothing("No delta is exactly zero.")
	}
	return a.Found(fmt.Sprintf("%s of exactly zero printed as missing, because of a test for truth and not for presence. The means of the cells moved: %s from %s to %s %s.",
		Things(len(runs), "TTFT delta"), first[0].Of, first[0].Say(), first[1].Say(), first[0].Unit), figures, runs)
}
