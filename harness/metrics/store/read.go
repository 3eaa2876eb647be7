package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/metrics/tr116"
)

// ErrSchema is wrapped by the error for a file of another schema.
var ErrSchema = errors.New("unknown schema")

// ReadRun reads one metrics.json. Its errors name the file and, for broken
// JSON, the line and column.
func ReadRun(path string) (*metrics.Run, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// ReadRuns reads one metrics.json, duet's own or the study's, some of which hold
// several runs.
func ReadRuns(path string) ([]*metrics.Run, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r, err := Decode(data)
	if err == nil {
		return []*metrics.Run{r}, nil
	}
	if runs, studied := tr116.Decode(path, data); studied == nil {
		return runs, nil
	}
	return nil, fmt.Errorf("%s: %w", path, err)
}

// Decode is one run from the bytes of a metrics.json.
func Decode(data []byte) (*metrics.Run, error) {
	var r metrics.Run
	err := json.Unmarshal(data, &r)
	if err == nil && r.Schema == metrics.Schema {
		if err := validate(&r); err != nil {
			return nil, err
		}
		return &r, nil
	}
	// Another schema may disagree about types, so it is named first.
	var probe struct{ Schema *string }
	if json.Unmarshal(data, &probe) == nil {
		switch {
		case probe.Schema == nil:
			return nil, fmt.Errorf("%w: the file names none; this version reads %q", ErrSchema, metrics.Schema)
		case *probe.Schema != metrics.Schema:
			return nil, fmt.Errorf("%w %q; this version reads %q", ErrSchema, *probe.Schema, metrics.Schema)
		}
	}
	return nil, position(data, err)
}

// validate checks what every reader relies on.
func validate(r *metrics.Run) error {
	switch {
	case r.Suite != metrics.SuiteSingle && r.Suite != metrics.SuiteMulti:
		return fmt.Errorf("suite %q; expected %q or %q", r.Suite, metrics.SuiteSingle, metrics.SuiteMulti)
	case r.Status != metrics.StatusOK && r.Status != metrics.StatusFailed:
		return fmt.Errorf("status %q; expected %q or %q", r.Status, metrics.StatusOK, metrics.StatusFailed)
	case r.Cell.ID == "":
		return errors.New("the cell has no id")
	}
	return nil
}

// position adds line and column to an error of encoding/json.
func position(data []byte, err error) error {
	var offset int64
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = e.Offset
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = e.Offset
	} else {
		return err
	}
	before := data[:min(int(offset), len(data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	return fmt.Errorf("line %d, column %d: %w", line, len(before)-bytes.LastIndexByte(before, '\n')-1, err)
}

// Tree is what ReadTree found.
type Tree struct {
	Files  []File  // by suite, cell, run number, path
	Errors []error // one per file that could not be read, by path
}

// ReadTree reads every metrics.json at or below root: a results folder, a
// session, a part of one, or one file. The error is for a root that cannot be
// looked at; files that cannot be read are in Tree.Errors.
func ReadTree(root string) (Tree, error) {
	paths, unread, err := find(root)
	if err != nil {
		return Tree{}, err
	}
	files, errs := readAll(paths)
	t := Tree{Files: files, Errors: append(unread, errs...)}
	slices.SortFunc(t.Files, compare)
	slices.SortFunc(t.Errors, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return t, nil
}

// find lists the metrics.json files; folders that cannot be entered are errors
// beside them.
func find(root string) (paths []string, unread []error, err error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		return []string{root}, nil, nil
	}
	if root, err = filepath.EvalSymlinks(root); err != nil { // WalkDir does not enter a root that is a link
		return nil, nil, err
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			unread = append(unread, err)
		case !d.IsDir() && d.Name() == MetricsFile:
			paths = append(paths, path)
		}
		return nil
	})
	return paths, unread, err
}

// readAll reads files with one worker per processor: decoding, not the disk,
// is what takes the time.
func readAll(paths []string) ([]File, []error) {
	runs, errs := make([][]*metrics.Run, len(paths)), make([]error, len(paths))
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		wg.Go(func() {
			for i := range next {
				runs[i], errs[i] = ReadRuns(paths[i])
			}
		})
	}
	for i := range paths {
		next <- i
	}
	close(next)
	wg.Wait()
	var files []File
	for i, rs := range runs {
		for _, r := range rs {
			files = append(files, File{Path: paths[i], Run: r})
		}
	}
	return files, slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

func compare(a, b File) int {
	return cmp.Or(
		cmp.Compare(a.Run.Suite, b.Run.Suite),
		cmp.Compare(a.Run.Cell.ID, b.Run.Cell.ID),
		cmp.Compare(a.Run.RunNumber, b.Run.RunNumber),
		cmp.Compare(a.Path, b.Path),
	)
}
