package merge

import (
	"encoding/json"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// relabelling is what a run is told in a merge.
type relabelling struct {
	session, machine string
	compared         bool // the machine is a coordinate of the cell
}

// run returns the text of a run with its labels changed, and the run.
func (l relabelling) run(data []byte) ([]byte, *record.Run, error) {
	r, err := results.Decode(data)
	if err != nil {
		return nil, nil, err
	}
	l.apply(r)
	out, err := results.Encode(r)
	return out, r, err
}

func (l relabelling) apply(r *record.Run) {
	r.Session, r.Backend.Machine = l.session, l.machine
	if l.compared {
		r.Cell = results.OnMachine(r.Cell, l.machine)
	}
}

// cell is the id that a cell has in the merge.
func (l relabelling) cell(id string) string {
	if !l.compared {
		return id
	}
	return id + plan.OnMachine(l.machine)
}

// failure is a line of failures.jsonl with the cell's id in the merge.
func (l relabelling) failure(line []byte) ([]byte, error) {
	var f results.Failure
	if err := json.Unmarshal(line, &f); err != nil {
		return nil, err
	}
	f.Cell = l.cell(f.Cell)
	return json.Marshal(f)
}
