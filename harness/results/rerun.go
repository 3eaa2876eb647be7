package results

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// Due is why a cell is to be run once more at the end of its suite: nil where no
// value lies far out, where the plan does not want it, and until every round has
// been tried. Whether that has been done is Rerun's to say.
func (f *Folder) Due(cell string) *record.Rerun {
	if !f.File.Plan.Rerun {
		return nil
	}
	for round := 1; round <= f.File.Plan.Rounds; round++ {
		if !f.recorded(cell, round) {
			return nil
		}
	}
	return metric.Rerun(f.runs[cell])
}

// Rerun reports whether a cell has been run once more, and with success.
func (f *Folder) Rerun(cell string) (recorded, measured bool) {
	for _, r := range f.runs[cell] {
		if r.Rerun != nil {
			recorded, measured = true, measured || r.OK()
		}
	}
	return recorded, measured
}

// holes counts what a cell lacks: rounds, and a re-run that is due. A failed run
// is no hole.
func (f *Folder) holes(cell string, rounds int) int {
	n := 0
	for round := 1; round <= rounds; round++ {
		if !f.recorded(cell, round) {
			n++
		}
	}
	if again, _ := f.Rerun(cell); !again && f.Due(cell) != nil {
		n++
	}
	return n
}
