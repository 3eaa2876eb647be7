package analysis

import (
	"cmp"
	"slices"

	"github.com/chimeraforge/duet/harness/metrics"
)

// Row is a run with everything derived from it.
type Row struct {
	Run *metrics.Run
	D   metrics.Derived
	S   AsStudied
	// TogetherOverSolo is the pair's rate over one agent's decode rate from the
	// single suite, see estimate; absent where there are no such runs.
	TogetherOverSolo *float64
	Warnings         []metrics.Warning
}

// Set is a collection of runs, ready for tables. It keeps them in an order of
// its own, so the order of reading changes nothing.
type Set struct {
	Rows   []Row
	Mixed  bool // runs of several sessions or backends: tables say which
	limits Limits
}

// NewSet derives everything from runs, with DefaultLimits.
func NewSet(runs []*metrics.Run) *Set {
	s := &Set{limits: DefaultLimits()}
	for _, r := range runs {
		row := Row{Run: r, D: s.limits.Derive(r), Warnings: AllWarnings(r)}
		row.S = asStudied(r, &row.D)
		s.Rows = append(s.Rows, row)
	}
	slices.SortStableFunc(s.Rows, compareRows)
	for _, r := range s.Rows {
		first := s.Rows[0].Run
		s.Mixed = s.Mixed || r.Run.Session != first.Session || r.Run.Backend.Label() != first.Backend.Label()
	}
	s.estimate()
	return s
}

func compareRows(a, b Row) int {
	x, y := a.Run, b.Run
	return cmp.Or(
		cmp.Compare(x.Session, y.Session),
		cmp.Compare(x.Backend.Label(), y.Backend.Label()),
		cmp.Compare(x.Suite, y.Suite),
		cmp.Compare(x.Cell.Runtime, y.Cell.Runtime),
		cmp.Compare(x.Cell.Model, y.Cell.Model),
		cmp.Compare(x.Cell.Scenario, y.Cell.Scenario),
		cmp.Compare(x.Cell.GPU, y.Cell.GPU),
		cmp.Compare(x.Cell.Ctx, y.Cell.Ctx),
		cmp.Compare(x.Cell.Temp, y.Cell.Temp),
		cmp.Compare(x.RunNumber, y.RunNumber),
		x.Started.Compare(y.Started),
	)
}

// Group is runs that share some coordinates. Failed ones are kept apart.
type Group struct {
	Rows   []Row // measured to their end
	Failed []Row
}

// First is any run of the group, for its coordinates.
func (g Group) First() *metrics.Run { return g.any().Run }

func (g Group) any() Row {
	if len(g.Rows) > 0 {
		return g.Rows[0]
	}
	return g.Failed[0]
}

// Sample collects one quantity over the group's measured runs.
func (g Group) Sample(of func(*Row) *float64) Sample {
	values := make([]*float64, len(g.Rows))
	for i := range g.Rows {
		values[i] = of(&g.Rows[i])
	}
	return NewSample(values)
}

// Groups splits a suite's runs by what key says of them, in the set's order.
// Runs of different sessions or backends never share a group.
func (s *Set) Groups(suite string, key func(*metrics.Run) metrics.Cell) []Group {
	type id struct {
		session, backend string
		cell             metrics.Cell
	}
	at := map[id]int{}
	var out []Group
	for _, r := range s.Rows {
		if r.Run.Suite != suite {
			continue
		}
		k := id{r.Run.Session, r.Run.Backend.Label(), key(r.Run)}
		i, ok := at[k]
		if !ok {
			i, out = len(out), append(out, Group{})
			at[k] = i
		}
		if r.Run.OK() {
			out[i].Rows = append(out[i].Rows, r)
		} else {
			out[i].Failed = append(out[i].Failed, r)
		}
	}
	return out
}

// ByRuntime, ByModel and ByCell are keys of Groups.
func ByRuntime(r *metrics.Run) metrics.Cell { return metrics.Cell{Runtime: r.Cell.Runtime} }

// ByModel groups by runtime and model.
func ByModel(r *metrics.Run) metrics.Cell {
	return metrics.Cell{Runtime: r.Cell.Runtime, Model: r.Cell.Model}
}

// ByCell groups the repetitions of one cell.
func ByCell(r *metrics.Run) metrics.Cell { return r.Cell }

// Failed lists the runs that were not measured to their end.
func (s *Set) Failed() []Row {
	return slices.DeleteFunc(slices.Clone(s.Rows), func(r Row) bool { return r.Run.OK() })
}

// Has reports whether there are runs of a suite.
func (s *Set) Has(suite string) bool {
	return slices.ContainsFunc(s.Rows, func(r Row) bool { return r.Run.Suite == suite })
}
