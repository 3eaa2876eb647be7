package tr116

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/trust"
)

// registerRules adds the rules of the audit that only the study's files can break.
func registerRules() {
	trust.Register("contention-rule", trust.Rule{
		Code: "lost-zeros", Severity: record.SeverityError, Title: "Exact zeros were lost as if they were missing", Check: lostZeros, Applies: concerned,
		Do: "test for presence and not for truth, and quote the means with the zeros"})
	trust.Register("server-differs", trust.Rule{
		Code: "coordination", Severity: record.SeverityNote, Title: "Wall time left for coordination", Check: coordination, Applies: concerned})
}

// concerned reports whether a set is the study's in part, or asked about as if.
func concerned(s *metric.Set) bool {
	return s.Study || slices.ContainsFunc(s.Rows, (*metric.Row).Imported)
}

var (
	keptZeros = trust.Quantity{Name: "Δ TTFT, zeros kept", Unit: "ms", Decimals: 3, Of: withZero}
	lessZeros = trust.Quantity{Name: "Δ TTFT, zeros lost", Unit: "ms", Decimals: 3, Of: func(r *metric.Row) *float64 { return r.S.TTFTDeltaMS }}
)

// lostZeros looks for deltas that are exactly zero and that the study's own
// tables, which test a number for truth, print as missing.
func lostZeros(a *trust.Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	var first *[2]record.Figure
	studied := false
	for _, g := range a.Cells[record.SuiteMulti] {
		var lost []*record.Run
		for _, r := range g.Rows {
			if !r.Imported() {
				continue
			}
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
		figures = append(figures, trust.Count(g.Name, "exact zeros", "runs", len(lost), len(g.Rows)), kept, less)
		if first == nil {
			first = &[2]record.Figure{kept, less}
		}
	}
	switch {
	case !studied:
		return trust.Skip("Only the study's tables lose zeros; duet's keep an exact zero as a value.")
	case len(runs) == 0:
		return trust.Nothing("No delta is exactly zero.")
	}
	return a.Found(fmt.Sprintf("%s of exactly zero printed as missing, because of a test for truth and not for presence. The means of the cells moved: %s from %s to %s %s.",
		trust.Things(len(runs), "TTFT delta"), first[0].Of, first[0].Say(), first[1].Say(), first[0].Unit), figures, runs)
}

// withZero is the study's Δ TTFT with the exact zeros that it lost.
func withZero(r *metric.Row) *float64 {
	if r.S.LostZero {
		return stats.Finite(0)
	}
	return r.S.TTFTDeltaMS
}

var left = trust.Quantity{Name: "wall − slower agent", Unit: "ms", Decimals: 2, Of: leftMS}

// coordination says how much of a pair's wall time is left after the slower
// agent's own: all that a client can have spent on keeping two agents going.
func coordination(a *trust.Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	high := false
	for _, g := range a.Together() {
		f := left.Mean(g)
		if f.Value == nil {
			continue
		}
		share := g.Sample(leftShare).Mean()
		figures = append(figures, f)
		high = high || share != nil && *share > a.Coordination
		for _, r := range g.Rows {
			runs = append(runs, r.Run)
		}
	}
	if len(figures) == 0 {
		return trust.Skip("In duet's runs the wall time is the slower agent's by definition, so nothing can be left.")
	}
	if high {
		return a.Found(fmt.Sprintf("More than %.0f %% of the wall time is left after the slower agent's own time: %s. That part is the client's.", 100*a.Coordination, trust.List(figures)), figures, runs)
	}
	return a.Found("Wall time minus the slower agent's own time averages "+trust.List(figures)+": there was no client-side coordination cost to explain.", figures, runs)
}

// leftMS is absent in duet's runs, where it is zero by definition.
func leftMS(r *metric.Row) *float64 {
	im := r.Run.Imported
	if im == nil || im.WallNS == nil {
		return nil
	}
	var slowest *float64
	for _, ag := range im.Agents {
		if ag.Pass != record.PassConcurrent {
			continue
		}
		if ag.WallNS == nil {
			return nil
		}
		if slowest == nil || *ag.WallNS > *slowest {
			slowest = ag.WallNS
		}
	}
	v := stats.Minus(im.WallNS, slowest)
	if v == nil {
		return nil
	}
	return stats.Finite(*v / 1e6)
}

func leftShare(r *metric.Row) *float64 {
	v := leftMS(r)
	if v == nil {
		return nil
	}
	return stats.Over(stats.Finite(*v*1e6), r.Run.Imported.WallNS)
}
