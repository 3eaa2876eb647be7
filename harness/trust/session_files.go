package trust

import (
	"slices"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// session is what was read of one with what several checks ask of it, made once:
// deriving everything from all runs is too much to do for each check.
type session struct {
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

// newSession groups the runs by cell, in the order of reading. A session is another tool's
// only if all its runs are: with one run of duet's it has a plan to be held to.
func newSession(read Session) *session {
	s := &session{Session: read, imported: len(read.Files) > 0}
	var runs []*record.Run
	at := map[string]int{}
	for _, f := range s.Files {
		runs = append(runs, f.Run)
		s.imported = s.imported && imported(f.Run)
		i, ok := at[f.Run.Cell.ID]
		if !ok {
			i = len(s.cells)
			at[f.Run.Cell.ID] = i
			s.cells = append(s.cells, cell{id: f.Run.Cell.ID})
		}
		s.cells[i].files = append(s.cells[i].files, f)
	}
	if s.set = read.Set; s.set == nil {
		s.set = metric.NewSet(runs)
	}
	return s
}

// own are the runs that duet measured. Others have no stamps of calls, no line in
// bench.txt and no summary.
func (s *session) own() []File {
	return slices.DeleteFunc(slices.Clone(s.Files), func(f File) bool { return imported(f.Run) })
}

// eachRun asks of every run of duet's whether it holds; ask adds what does not. With no
// such run the answer is that it cannot be asked, and never that it holds.
func (s *session) eachRun(ask func(r *record.Run, against func(reason string))) outcome {
	files := s.own()
	if len(files) == 0 {
		return foreignRuns("their files have no stamps of passes and calls")
	}
	a := outcome{of: len(files)}
	for _, f := range files {
		ask(f.Run, func(reason string) { a.against(f.Path, reason) })
	}
	return a
}
