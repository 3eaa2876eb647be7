package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

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

func (g *Group) add(r *Row) {
	if r.Run.OK() {
		g.Rows = append(g.Rows, r)
	} else {
		g.Failed = append(g.Failed, r)
	}
}

// Sample collects one quantity over the group's measured runs.
func (g Group) Sample(of func(*Row) *float64) stats.Sample {
	return SampleOf(g.Rows, of)
}

// SampleOf collects one quantity over rows.
func SampleOf(rows []*Row, of func(*Row) *float64) stats.Sample {
	return stats.SampleOf(len(rows), func(i int) *float64 { return of(rows[i]) })
}

// Origin is where a run comes from: its session, and what answered in it. Runs of
// two origins never share a group, a test or a sentence.
type Origin struct{ Session, Backend string }

// OriginOf is the origin of a run. The backend is as its label says it.
func OriginOf(r *record.Run) Origin { return Origin{r.Session, r.Backend.Label()} }

// Groups splits a suite's runs by what key says of them, in the set's order.
// Runs of different origins never share a group.
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

// labelled is a backend without what its label does not say.
func labelled(b record.Backend) record.Backend {
	return record.Backend{Kind: b.Kind, Synthetic: b.Synthetic, Topology: b.Topology, Machine: b.Machine}
}

// each makes a group of every run of a suite.
func (s *Set) each(suite string) []Group {
	var out []Group
	for _, r := range s.Rows {
		if r.Run.Suite == suite {
			var g Group
			g.add(r)
			out = append(out, g)
		}
	}
	return out
}

// ByOrigin, ByRuntime, ByModel and ByCell are keys of Groups; the first puts all
// runs of an origin together.
func ByOrigin(*record.Run) record.Cell { return record.Cell{} }

// ByRuntime groups by the client's runtime.
func ByRuntime(r *record.Run) record.Cell { return record.Cell{Runtime: r.Cell.Runtime} }

// ByModel groups by runtime and model.
func ByModel(r *record.Run) record.Cell {
	return record.Cell{Runtime: r.Cell.Runtime, Model: r.Cell.Model}
}

// ByCell groups the repetitions of one cell.
func ByCell(r *record.Run) record.Cell {
	c := r.Cell
	c.ID = "" // made of the others: two spellings of a folder are one cell
	return c
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
