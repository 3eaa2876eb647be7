package tr116

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// view is a set as the study's tables see it.
type view struct {
	set           *metric.Set
	names         map[string]string // model → the name that tables print
	multi, single suite
	measured      []cell // single-agent configurations
	files         []entry
}

// suite is the runs of one suite and their groups, each in the set's order.
type suite struct {
	rows    []*metric.Row // measured to their end
	all     int           // with those that failed
	options bool          // a scenario was run with several options
	configs []*group
	models  []*group
	runtime []*group
}

func (s *suite) failed() int { return s.all - len(s.rows) }

func newView(s *metric.Set) *view {
	v := &view{set: s, names: shortNames(s), files: entriesOf(s)}
	v.multi = newSuite(s, record.SuiteMulti)
	v.single = newSuite(s, record.SuiteSingle)
	v.measured = newCells(v.single.configs)
	return v
}

func newSuite(set *metric.Set, name string) suite {
	var rows []*metric.Row
	for i := range set.Rows {
		if set.Rows[i].Run.Suite == name {
			rows = append(rows, set.Rows[i])
		}
	}
	s := suite{
		all:     len(rows),
		configs: split(rows, sameConfig), models: split(rows, sameModel), runtime: split(rows, sameRuntime),
	}
	for _, r := range rows {
		if r.Run.OK() {
			s.rows = append(s.rows, r)
		}
	}
	for i, g := range s.configs {
		s.options = s.options || i > 0 && sameScenario(g.first, s.configs[i-1].first)
	}
	return s
}

// item is what a row of a table stands for: something with a run to name it.
type item interface{ run() *record.Run }

// one is a single run.
type one struct{ *metric.Row }

func (o one) run() *record.Run { return o.Run }

func each(rows []*metric.Row) []one {
	out := make([]one, len(rows))
	for i, r := range rows {
		out[i] = one{r}
	}
	return out
}

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
	return a.Origin() == b.Origin()
}

func sameRuntime(a, b *record.Run) bool {
	return sameOrigin(a, b) && a.Cell.Runtime() == b.Cell.Runtime()
}

func sameModel(a, b *record.Run) bool { return sameRuntime(a, b) && a.Cell.Model() == b.Cell.Model() }

func sameScenario(a, b *record.Run) bool {
	return sameModel(a, b) && a.Cell.Scenario() == b.Cell.Scenario()
}

func sameConfig(a, b *record.Run) bool {
	return a.Pool() == b.Pool()
}
