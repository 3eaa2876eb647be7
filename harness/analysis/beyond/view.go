package beyond

import (
	"slices"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/analysis/inference"
	"github.com/chimeraforge/duet/harness/metrics"
)

// view is a set, split once for all tables.
type view struct {
	set           *analysis.Set
	multi, single suite
	bootstrap     inference.Bootstrap
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
	first  *metrics.Run
	rows   []*analysis.Row // measured to their end
	failed int
	kept   map[string]analysis.Sample // by name of the quantity, since many tables want the same
}

func (g *group) run() *metrics.Run { return g.first }

func newView(s *analysis.Set) *view {
	return &view{
		set: s, bootstrap: inference.DefaultBootstrap(),
		multi: newSuite(s, metrics.SuiteMulti), single: newSuite(s, metrics.SuiteSingle),
	}
}

func newSuite(set *analysis.Set, name string) suite {
	var rows []*analysis.Row
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
func split(rows []*analysis.Row, same func(a, b *metrics.Run) bool) []*group {
	var out []*group
	for _, part := range analysis.Stretches(rows, same) {
		out = append(out, newGroup(part))
	}
	return out
}

func newGroup(rows []*analysis.Row) *group {
	g := &group{first: rows[0].Run, rows: slices.Clone(rows)}
	g.rows = slices.DeleteFunc(g.rows, func(r *analysis.Row) bool { return !r.Run.OK() })
	g.failed = len(rows) - len(g.rows)
	return g
}

// sample is one quantity over a group's measured runs.
func (g *group) sample(of quantity) analysis.Sample {
	return analysis.SampleOf(g.rows, of)
}

// by is a sample that is kept under a name.
func (g *group) by(name string, of quantity) analysis.Sample {
	s, ok := g.kept[name]
	if !ok {
		s = g.sample(of)
		if g.kept == nil {
			g.kept = map[string]analysis.Sample{}
		}
		g.kept[name] = s
	}
	return s
}

// efficiency is a definition's sample.
func (g *group) efficiency(d definition) analysis.Sample { return g.by(d.name, d.of) }

// sameOrigin keeps sessions and backends apart, as analysis.Set.Groups does.
func sameOrigin(a, b *metrics.Run) bool { return originOf(a) == originOf(b) }

func sameRuntime(a, b *metrics.Run) bool {
	return a.Cell.Runtime == b.Cell.Runtime && sameOrigin(a, b)
}

func sameModel(a, b *metrics.Run) bool { return a.Cell.Model == b.Cell.Model && sameRuntime(a, b) }

func sameCell(a, b *metrics.Run) bool {
	x, y := a.Cell, b.Cell
	return x.Scenario == y.Scenario && x.GPU == y.GPU && x.Ctx == y.Ctx && x.Temp == y.Temp && sameModel(a, b)
}

// origin is where a run comes from.
type origin struct{ session, backend string }

func originOf(r *metrics.Run) origin { return origin{r.Session, r.Backend.Label()} }

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
