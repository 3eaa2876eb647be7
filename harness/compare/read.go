package compare

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// Side is one side, and how it was read.
type Loaded struct {
	*Side
	Unread []error // files or lines that could not be read; the rest is there
}

// Read reads a path: a results folder with one session in it, a session, a part of one, a
// metrics.json, or a file of benchmark lines.
func Read(path string) (Loaded, error) {
	read := readRuns
	if IsText(path) {
		read = readText
	}
	side, err := read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Loaded{}, fmt.Errorf("%s: no such file or folder", path)
	case err != nil:
		return Loaded{}, err
	}
	side.Name = path
	side.Sort()
	return side, nil
}

// Planned is the side of cells that are yet to be measured on a backend: their
// names, and every metric that a run can have.
func Planned(name string, b record.Backend, cells []plan.Cell) *Side {
	side := &Side{Name: name, Backend: label(b)}
	know(side)
	for _, c := range cells {
		side.Expect(observed(c.Suite, plan.FullName(c.Suite, c.Cell), c.Cell))
	}
	side.Sort()
	return side
}
