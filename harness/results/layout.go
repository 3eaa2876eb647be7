// Package results keeps runs on disk: the session folder, its files and their
// guarantees. It knows paths and bytes, not what a number means.
//
// # Layout
//
//	results/<session>/
//	  {single,multi}/<runtime>/<model slug>/<config>/   one cell: Cell.ID
//	    run_<n>/metrics.json                            one run
//	    summary.json, summary.md                        rewritten after each run
//	  failures.jsonl                                    one line per failed run
//
// # Guarantees
//
// A file appears whole or not at all: it is written beside its place, synced
// and renamed, so a killed session or a power cut leaves the previous version
// and never half of one. No path that a run names can leave the session folder.
//
// A reader refuses a schema it does not know by name, and one unreadable file
// never hides the others.
package results

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// Names of files.
const (
	MetricsFile  = "metrics.json"
	FailuresFile = "failures.jsonl"
	SummaryJSON  = "summary.json"
	SummaryMD    = "summary.md"
)

// Unfinished begins the name of a folder that is being written and will be renamed
// when it is whole. One that a killed command left is no results: no reader looks
// into it.
const Unfinished = ".merging-"

// CellDir is the folder of a cell. It is an error for an id to be anything but
// a plain relative path below the session folder.
func CellDir(sessionDir, cellID string) (string, error) {
	local := filepath.FromSlash(cellID)
	if cellID == "" || !filepath.IsLocal(local) || strings.Contains(cellID, `\`) || filepath.Clean(local) != local || local == "." {
		return "", fmt.Errorf("cell id %q is not a folder below the session", cellID)
	}
	return filepath.Join(sessionDir, local), nil
}

// RunDir is the folder of one run of a cell.
func RunDir(sessionDir, cellID string, run int) (string, error) {
	dir, err := CellDir(sessionDir, cellID)
	if err != nil {
		return "", err
	}
	if run < 1 {
		return "", fmt.Errorf("cell %s: run number %d; runs count from 1", cellID, run)
	}
	return filepath.Join(dir, fmt.Sprintf("run_%d", run)), nil
}

// File is one run and where it was read from.
type RunFile struct {
	Path string // of the metrics.json
	Run  *record.Run
}

// Session is the folder of the session the file lies in. A file that is not
// where the layout puts it counts as its own session, in its own folder.
func (f RunFile) Session() string {
	if im := f.Run.Imported; im != nil {
		if root, ok := strings.CutSuffix(filepath.ToSlash(f.Path), im.File); ok {
			return filepath.Clean(filepath.FromSlash(root))
		}
	}
	dir := filepath.Dir(f.Path)
	id := filepath.FromSlash(f.Run.Cell.ID)
	if id == "" || !strings.HasSuffix(filepath.Dir(dir), string(filepath.Separator)+id) {
		return dir
	}
	return filepath.Clean(strings.TrimSuffix(filepath.Dir(dir), id))
}
