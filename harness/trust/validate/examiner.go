package validate

import (
	"slices"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// examiner is a session with what several checks ask of it, made once.
type examiner struct {
	Session
	set      *metric.Set
	cells    []cell
	imported bool // every run is another tool's
}

// cell is the runs of one cell, in the order of their numbers.
type cell struct {
	id    string
	files []File
}

func newExaminer(s Session) *examiner {
	x := &examiner{Session: s, imported: len(s.Files) > 0}
	var runs []*record.Run
	at := map[string]int{}
	for _, f := range s.Files {
		runs = append(runs, f.Run)
		x.imported = x.imported && imported(f.Run)
		i, ok := at[f.Run.Cell.ID]
		if !ok {
			i = len(x.cells)
			at[f.Run.Cell.ID] = i
			x.cells = append(x.cells, cell{id: f.Run.Cell.ID})
		}
		x.cells[i].files = append(x.cells[i].files, f)
	}
	x.set = metric.NewSet(runs)
	return x
}

// own are the runs that duet measured.
func (x *examiner) own() []File {
	return slices.DeleteFunc(slices.Clone(x.Files), func(f File) bool { return imported(f.Run) })
}

// eachRun asks of every run of duet's whether it holds; ask adds what does not.
func (x *examiner) eachRun(ask func(r *record.Run, against func(reason string))) answer {
	files := x.own()
	if len(files) == 0 {
		return theirs("their files have no stamps of passes and calls")
	}
	a := answer{of: len(files)}
	for _, f := range files {
		ask(f.Run, func(reason string) { a.against(f.Path, reason) })
	}
	return a
}
