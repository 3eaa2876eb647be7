package results

import (
	"slices"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// Keep adds cells to the session's, those that it has not yet.
func (f *File) Keep(cells ...plan.Cell) {
	known := map[string]bool{}
	for _, c := range f.Cells {
		known[c.ID] = true
	}
	for _, c := range cells {
		if !known[c.ID] {
			f.Cells, known[c.ID] = append(f.Cells, c), true
		}
	}
}

// Own are the cells of a suite that were the session's to measure: those of its
// shard.
func (f File) Own(suite string) (out []plan.Cell) {
	for _, c := range f.Cells {
		if c.Suite == suite && (f.Plan.Shard == "" || c.Shard == f.Plan.Shard) {
			out = append(out, c)
		}
	}
	return out
}

// CellsIn are the cells of a session as a merge has them, where machines are
// compared with the machine in each.
func (m Merged) CellsIn(compared bool) []plan.Cell {
	out := slices.Clone(m.Session.Cells)
	for i := range out {
		if compared {
			out[i].Cell = OnMachine(out[i].Cell, m.Machine)
		}
	}
	return out
}

// OnMachine is a cell where machines are compared: the machine is one of its
// coordinates, and its folder says so last.
func OnMachine(c record.Cell, machine string) record.Cell {
	id := c.ID + plan.OnMachine(machine)
	c = c.With(record.CoordMachine, machine)
	c.ID = id
	return c
}
