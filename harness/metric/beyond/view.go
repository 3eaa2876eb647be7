package beyond

import (
	"slices"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// view is a set, split once for all tables.
type view struct {
	set           *metric.Set
	multi, single suite
	bootstrap     stats.Bootstrap
	outliers      []checked // made once, by checked
	races         []contest // made once, by contests
}

// suite is one suite's runs in groups, each in the set's order.
type suite struct {
	cells, models, runtimes, origins []*group
	failed                           int
}

// group is runs that share coordinates.
type group struct {
	first  *record.Run
	rows   []*metric.Row // measured to their end
	failed int
	kept   map[string]stats.Sample // by name of the quantity, since many tables want the same
}

func (g *group) run() *record.Run { return g.first }

func newView(s *metric.Set) *view {
	return &view{
		set: s, bootstrap: stats.DefaultBootstrap(),
		multi: newSuite(s, record.SuiteMulti), single: newSuite(s, record.SuiteSingle),
	}
}

func newSuite(set *metric.Set, name string) suite {
	var rows []*metric.Row
	failed := 0
	for i := range set.Rows {
		if r := set.Rows[i]; r.Run.Suite == name {
			rows = append(rows, r)
			if !r.Run.OK() {
				failed++
			}
		}
	}
	return suite{
		cells: split(rows, sameCell), models: split(rows, sameModel),
		runtimes: split(rows, sameRuntime), origins: split(rows, sameOrigin), failed: failed,
	}
}

// split cuts neighbours into groups, by one of the functions below.
func split(rows []*metric.Row, same func(a, b *record.Run) bool) []*group {
	var out []*group
	for _, part := range metric.Stretches(rows, same) {
		out = append(out, newGroup(part))
	}
	return out
}

func newGroup(rows []*metric.Row) *group {
	g := &group{first: rows[0].Run, rows: slices.Clone(rows)}
	g.rows = slices.DeleteFunc(g.rows, func(r *metric.Row) bool { return !r.Run.OK() })
	g.failed = len(rows) - len(g.rows)
	return g
}

// sample is one quantity over a group's measured runs.
func (g *group) sample(of quantity) stats.Sample {
	return metric.SampleOf(g.rows, of)
}

// by is a sample that is kept under a name.
func (g *group) by(name string, of quantity) stats.Sample {
	s, ok := g.kept[name]
	if !ok {
		s = g.sample(of)
		if g.kept == nil {
			g.kept = map[string]stats.Sample{}
		}
		g.kept[name] = s
	}
	return s
}

// efficiency is a definition's sample.
func (g *group) efficiency(d definition) stats.Sample { return g.by(d.name, d.of) }

// sameOrigin keeps sessions and backends apart, as analysis.Set.Groups does.
func sameOrigin(a, b *record.Run) bool { return originOf(a) == originOf(b) }

func sameRuntime(a, b *record.Run) bool {
	return a.Cell.Runtime == b.Cell.Runtime && sameOrigin(a, b)
}

func sameModel(a, b *record.Run) bool { return a.Cell.Model == b.Cell.Model && sameRuntime(a, b) }

func sameCell(a, b *record.Run) bool {
	x, y := a.Cell, b.Cell
	return x.Scenario == y.Scenario && x.GPU == y.GPU && x.Ctx == y.Ctx && x.Temp == y.Temp && sameModel(a, b)
}

// origin is where a run comes from.
type origin struct{ session, backend string }

func originOf(r *record.Run) origin { return origin{r.Session, r.Backend.Label()} }

// within are the groups of one origin.
func within(groups []*group, at origin) []*group {
	var out []*group
	for _, g := range groups {
		if originOf(g.first) == at {
			out = append(out, g)
		}
	}
	return out
}
