package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Row is a run with everything derived from it.
type Row struct {
	Run *record.Run
	D   record.Derived
	S   AsStudied
	// TogetherOverSolo is the pair's rate over one agent's decode rate from the
	// single suite, see estimate; absent where there are no such runs.
	TogetherOverSolo *float64
	Warnings         []record.Warning
	First            []FirstToken // of every call, by pass and place
	Path             string       // of the file, where the order of two runs hangs on it
}

// Set is a collection of runs, ready for tables. It keeps them in an order of
// its own, so the order of reading changes nothing.
type Set struct {
	Rows  []*Row
	Mixed bool // runs of several sessions or backends: tables say which
}

// NewSet derives everything from runs, with DefaultLimits.
func NewSet(runs []*record.Run) *Set {
	rows := make([]*Row, len(runs))
	inParallel(len(runs), batch, func(i int) { rows[i] = NewRow(runs[i]) })
	return NewSetOf(rows)
}

// NewSetOf is NewSet for runs from which everything has been derived.
func NewSetOf(rows []*Row) *Set {
	s := &Set{Rows: ordered(rows)}
	for i := range s.Rows {
		r, first := s.Rows[i].Run, s.Rows[0].Run
		s.Mixed = s.Mixed || r.Session != first.Session || r.Backend != first.Backend && r.Backend.Label() != first.Backend.Label()
	}
	s.estimate()
	return s
}

// NewRow derives everything from a run, with DefaultLimits.
func NewRow(r *record.Run) *Row {
	l := DefaultLimits()
	row := &Row{Run: r, D: l.Derive(r), First: l.firstTokens(r)}
	row.Warnings = l.allWarnings(r, &row.D)
	row.S = asStudied(r, &row.D)
	return row
}

// Detach makes the row keep of its run what tells it from others, and none of
// what it was derived from: enough for Set.Tables.
func (r *Row) Detach() {
	run := *r.Run
	run.Environment, run.Servers, run.Agents, run.Passes = record.Environment{}, nil, nil, nil
	run.Telemetry, run.Derived, run.Summary, run.Warnings = sensorsOnly(run.Telemetry), nil, nil, nil
	r.Run = &run
}

// Group is runs that share some coordinates. Failed ones are kept apart.
type Group struct {
	Rows   []*Row // measured to their end
	Failed []*Row
}

// First is any run of the group, for its coordinates.
func (g Group) First() *record.Run { return g.any().Run }

func (g Group) any() *Row {
	if len(g.Rows) > 0 {
		return g.Rows[0]
	}
	return g.Failed[0]
}

// Sample collects one quantity over the group's measured runs.
func (g Group) Sample(of func(*Row) *float64) stats.Sample {
	return SampleOf(g.Rows, of)
}

// SampleOf collects one quantity over rows.
func SampleOf(rows []*Row, of func(*Row) *float64) stats.Sample {
	return stats.SampleOf(len(rows), func(i int) *float64 { return of(rows[i]) })
}

// Groups splits a suite's runs by what key says of them, in the set's order.
// Runs of different sessions or backends never share a group.
func (s *Set) Groups(suite string, key func(*record.Run) record.Cell) []Group {
	type id struct {
		session string
		backend record.Backend
		cell    record.Cell
	}
	at := map[id]*Group{}
	var found []*Group
	var last id
	var g *Group
	for _, r := range s.Rows {
		if r.Run.Suite != suite {
			continue
		}
		k := id{r.Run.Session, labelled(r.Run.Backend), key(r.Run)}
		if g == nil || k != last { // the runs of a group often follow each other
			if last, g = k, at[k]; g == nil {
				g = &Group{}
				at[k], found = g, append(found, g)
			}
		}
		g.add(r)
	}
	out := make([]Group, len(found))
	for i, g := range found {
		out[i] = *g
	}
	return out
}

func (g *Group) add(r *Row) {
	if r.Run.OK() {
		g.Rows = append(g.Rows, r)
	} else {
		g.Failed = append(g.Failed, r)
	}
}

// labelled is a backend without what its label does not say.
func labelled(b record.Backend) record.Backend {
	return record.Backend{Kind: b.Kind, Synthetic: b.Synthetic, Topology: b.Topology, Machine: b.Machine}
}

// Stretches cuts neighbouring rows of a set where same says that two differ. The
// set's order keeps together what shares any of a run's coordinates, in the order
// of Cell, so nothing has to be looked up.
func Stretches(rows []*Row, same func(a, b *record.Run) bool) [][]*Row {
	var out [][]*Row
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && same(rows[from].Run, rows[to].Run) {
			to++
		}
		out = append(out, rows[from:to:to])
		from = to
	}
	return out
}

// ByRuntime, ByModel and ByCell are keys of Groups.
func ByRuntime(r *record.Run) record.Cell { return record.Cell{Runtime: r.Cell.Runtime} }

// ByModel groups by runtime and model.
func ByModel(r *record.Run) record.Cell {
	return record.Cell{Runtime: r.Cell.Runtime, Model: r.Cell.Model}
}

// ByCell groups the repetitions of one cell.
func ByCell(r *record.Run) record.Cell { return r.Cell }

// Failed lists the runs that were not measured to their end.
func (s *Set) Failed() []*Row {
	var out []*Row
	for i := range s.Rows {
		if !s.Rows[i].Run.OK() {
			out = append(out, s.Rows[i])
		}
	}
	return out
}

// Has reports whether there are runs of a suite.
func (s *Set) Has(suite string) bool {
	return slices.ContainsFunc(s.Rows, func(r *Row) bool { return r.Run.Suite == suite })
}
