package study

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// group is runs that share coordinates, with the samples that tables show.
type group struct {
	first  *record.Run
	rows   []*metric.Row // measured to their end
	failed int

	speedup, efficiency stats.Sample
	tput, ttft          stats.Sample // deltas
	flags               stats.Sample // 1 where contention is flagged, else 0
}

func (g *group) run() *record.Run { return g.first }

// split cuts neighbouring runs into groups.
func split(rows []*metric.Row, same func(a, b *record.Run) bool) []*group {
	var out []*group
	for _, part := range metric.Stretches(rows, same) {
		out = append(out, newGroup(part))
	}
	return out
}

func newGroup(rows []*metric.Row) *group {
	g := &group{first: rows[0].Run}
	for _, r := range rows {
		if r.Run.OK() {
			g.rows = append(g.rows, r)
		}
	}
	g.failed = len(rows) - len(g.rows)
	if g.first.Suite == record.SuiteMulti {
		g.speedup, g.efficiency = metric.SampleOf(g.rows, speedup), metric.SampleOf(g.rows, efficiency)
		g.tput, g.ttft = metric.SampleOf(g.rows, tputDelta), metric.SampleOf(g.rows, ttftDelta)
		g.flags = metric.SampleOf(g.rows, flag)
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
func speedup(r *metric.Row) *float64    { return r.S.Speedup }
func efficiency(r *metric.Row) *float64 { return r.S.Efficiency }
func tputDelta(r *metric.Row) *float64  { return r.S.ThroughputDelta }
func ttftDelta(r *metric.Row) *float64  { return r.S.TTFTDeltaMS }

// raised and lowered are a flag as a number, so that its mean is a rate.
var raised, lowered = stats.Finite(1), stats.Finite(0)

func flag(r *metric.Row) *float64 {
	switch c := r.S.Contention; {
	case c == nil:
		return nil
	case *c:
		return raised
	}
	return lowered
}

// sameOrigin keeps runs of different sessions or backends apart in every group.
func sameOrigin(a, b *record.Run) bool {
	return a.Session == b.Session && a.Backend.Kind == b.Backend.Kind && a.Backend.Topology == b.Backend.Topology &&
		a.Backend.Machine == b.Backend.Machine && a.Backend.Synthetic == b.Backend.Synthetic
}

func sameRuntime(a, b *record.Run) bool {
	return sameOrigin(a, b) && a.Cell.Runtime == b.Cell.Runtime
}

func sameModel(a, b *record.Run) bool { return sameRuntime(a, b) && a.Cell.Model == b.Cell.Model }

func sameScenario(a, b *record.Run) bool {
	return sameModel(a, b) && a.Cell.Scenario == b.Cell.Scenario
}

func sameConfig(a, b *record.Run) bool {
	x, y := a.Cell, b.Cell
	return sameScenario(a, b) && x.GPU == y.GPU && x.Ctx == y.Ctx && x.Temp == y.Temp
}
