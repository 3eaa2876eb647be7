package measured

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/chimeraforge/duet/harness/analysis/compare"
)

// Side is one side, and how it was read.
type Side struct {
	*compare.Side
	Unread []error // files or lines that could not be read; the rest is there
}

// Read reads a path: a results folder with one session in it, a session, a part of one, a
// metrics.json, or a file of benchmark lines.
func Read(path string) (Side, error) {
	read := readRuns
	if IsText(path) {
		read = readText
	}
	side, err := read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Side{}, fmt.Errorf("%s: no such file or folder", path)
	case err != nil:
		return Side{}, err
	}
	side.Name = path
	side.Sort()
	return side, nil
}
