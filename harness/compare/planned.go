package compare

import (
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// Planned is the side of cells that are yet to be measured on a backend: their
// names, and every metric that a run can have.
func Planned(name string, b record.Backend, cells []plan.Cell) *Side {
	side := &Side{Name: name, Backend: label(b)}
	know(side)
	for _, c := range cells {
		side.Expect(observed(c.Suite, results.NameOf(c), c.Topology, c.Label()))
	}
	side.Sort()
	return side
}
