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
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

// Within reports whether a path is a folder or lies in it, links followed.
func Within(path, folder string) bool {
	rel, err := filepath.Rel(real(folder), real(path))
	return err == nil && filepath.IsLocal(rel)
}

// real is a path without links, as far down as it exists.
func real(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	for head, tail := abs, ""; ; head, tail = filepath.Dir(head), filepath.Join(filepath.Base(head), tail) {
		if found, err := filepath.EvalSymlinks(head); err == nil {
			return filepath.Join(found, tail)
		}
		if head == filepath.Dir(head) {
			return abs
		}
	}
}

// WriteRun writes a run into its place in the session folder and returns the
// path of its metrics.json. A failed run is written like any other.
func WriteRun(sessionDir string, r *record.Run) (string, error) {
	if r.Schema != record.Schema {
		return "", fmt.Errorf("write run: schema %q; this version writes %q", r.Schema, record.Schema)
	}
	dir, err := RunDir(sessionDir, r.Cell.ID, r.RunNumber)
	if err != nil {
		return "", fmt.Errorf("write run: %w", err)
	}
	data, err := Encode(r)
	if err != nil {
		return "", fmt.Errorf("write run %d of %s: %w", r.RunNumber, r.Cell.ID, err)
	}
	path := filepath.Join(dir, MetricsFile)
	if err := WriteFile(path, data); err != nil {
		return "", fmt.Errorf("write run: %w", err)
	}
	return path, nil
}

// WriteFile writes a file so that it appears whole or not at all, and makes its
// folder. The temporary file lies in the same folder, because a rename is
// atomic only within one file system.
func WriteFile(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	if err := makeFolder(dir); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := fill(f, data); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return SyncDir(dir)
}

// makeFolder makes a folder and those it lies in, so that they survive a power cut:
// a file that was synced in a folder that was not is gone with it.
func makeFolder(dir string) error {
	parents := missing(dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, p := range parents {
		if err := SyncDir(p); err != nil {
			return err
		}
	}
	return nil
}

// missing lists the folders in which making dir makes another, the outermost first.
func missing(dir string) (parents []string) {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			slices.Reverse(parents)
			return parents
		}
		dir = filepath.Dir(dir)
		parents = append(parents, dir)
	}
}

// fill writes, syncs and closes f. CreateTemp's mode is for secrets; results
// are for everyone.
func fill(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = chmod(f)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Encode is a value as indented JSON, with each array of numbers on one line so
// that a run with thousands of chunk arrivals can still be looked at.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return joinNumbers(b.Bytes()), nil
}

// joinNumbers puts indented arrays of numbers on one line. An array's bracket
// with a line break behind it cannot stand inside a string, where that is
// written \n. (A regular expression did this once, and took more time than all
// the rest of a simulated run.)
func joinNumbers(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for {
		i := bytes.Index(text, []byte("[\n"))
		if i < 0 {
			return append(out, text...)
		}
		out, text = append(out, text[:i+1]...), text[i+1:]
		if n := numbersOnly(text); n > 0 {
			out = append(out, bytes.Join(bytes.Fields(text[:n]), nil)...)
			text = text[n:]
		}
	}
}

// numbersOnly is the length of the text of numbers up to the end of their array,
// 0 when something else is among them.
func numbersOnly(text []byte) int {
	for i, c := range text {
		switch {
		case c == ']':
			return i
		case c > ' ' && (c < '0' || c > '9') && !bytes.ContainsRune([]byte(".,eE+-"), rune(c)):
			return 0
		}
	}
	return 0
}
