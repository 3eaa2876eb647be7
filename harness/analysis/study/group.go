package study

import (
	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

// group is runs that share coordinates, with the samples that tables show.
type group struct {
	first  *metrics.Run
	rows   []*analysis.Row // measured to their end
	failed int

	speedup, efficiency analysis.Sample
	tput, ttft          analysis.Sample // deltas
	flags               analysis.Sample // 1 where contention is flagged, else 0
}

func (g *group) run() *metrics.Run { return g.first }

// split cuts neighbouring runs into groups.
func split(rows []*analysis.Row, same func(a, b *metrics.Run) bool) []*group {
	var out []*group
	for _, part := range analysis.Stretches(rows, same) {
		out = append(out, newGroup(part))
	}
	return out
}

func newGroup(rows []*analysis.Row) *group {
	g := &group{first: rows[0].Run}
	for _, r := range rows {
		if r.Run.OK() {
			g.rows = append(g.rows, r)
		}
	}
	g.failed = len(rows) - len(g.rows)
	if g.first.Suite == metrics.SuiteMulti {
		g.speedup, g.efficiency = analysis.SampleOf(g.rows, speedup), analysis.SampleOf(g.rows, efficiency)
		g.tput, g.ttft = analysis.SampleOf(g.rows, tputDelta), analysis.SampleOf(g.rows, ttftDelta)
		g.flags = analysis.SampleOf(g.rows, flag)
	}
	return g
}

// planned counts the group's measured runs without re-runs, which only cells with
// outliers have.
func (g *group) planned() int {
	n := 0
	for _, r := range g.rows {
		if r.Run.Rerun == nil {
			n++
		}
	}
	return n
}

// Quantities of a run under the study's formulas.
func speedup(r *analysis.Row) *float64    { return r.S.Speedup }
func efficiency(r *analysis.Row) *float64 { return r.S.Efficiency }
func tputDelta(r *analysis.Row) *float64  { return r.S.ThroughputDelta }
func ttftDelta(r *analysis.Row) *float64  { return r.S.TTFTDeltaMS }

// raised and lowered are a flag as a number, so that its mean is a rate.
var raised, lowered = analysis.Finite(1), analysis.Finite(0)

func flag(r *analysis.Row) *float64 {
	switch c := r.S.Contention; {
	case c == nil:
		return nil
	case *c:
		return raised
	}
	return lowered
}

// sameOrigin keeps runs of different sessions or backends apart in every group.
func sameOrigin(a, b *metrics.Run) bool {
	return a.Session == b.Session && a.Backend.Kind == b.Backend.Kind && a.Backend.Topology == b.Backend.Topology &&
		a.Backend.Machine == b.Backend.Machine && a.Backend.Synthetic == b.Backend.Synthetic
}

func sameRuntime(a, b *metrics.Run) bool {
	return sameOrigin(a, b) && a.Cell.Runtime == b.Cell.Runtime
}

func sameModel(a, b *metrics.Run) bool { return sameRuntime(a, b) && a.Cell.Model == b.Cell.Model }

func sameScenario(a, b *metrics.Run) bool {
	return sameModel(a, b) && a.Cell.Scenario == b.Cell.Scenario
}

func sameConfig(a, b *metrics.Run) bool {
	x, y := a.Cell, b.Cell
	return sameScenario(a, b) && x.GPU == y.GPU && x.Ctx == y.Ctx && x.Temp == y.Temp
}
