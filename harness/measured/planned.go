package measured

import (
	"github.com/chimeraforge/duet/harness/analysis/compare"
	"github.com/chimeraforge/duet/harness/matrix"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/record"
)

// Planned is the side of cells that are yet to be measured on a backend: their
// names, and every metric that a run can have.
func Planned(name string, b metrics.Backend, cells []matrix.Cell) *compare.Side {
	side := &compare.Side{Name: name, Backend: label(b)}
	know(side)
	for _, c := range cells {
		side.Expect(observed(c.Suite, record.NameOf(c), c.Topology, c.Label()))
	}
	side.Sort()
	return side
}
