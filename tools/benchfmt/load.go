package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// input is every run below some paths, each once.
type input struct {
	files  []results.RunFile
	unread []error
}

// load reads paths and logs what could not be read. It is an error for there
// to be no run at all.
func load(e env, paths []string) (input, error) {
	var in input
	var err error
	var reader results.Reader // of all paths: a run that lies below two of them counts once
	in.unread, err = readAll(e, paths, func(path string) ([]error, int, error) {
		tree, err := reader.Tree(path)
		in.files = append(in.files, tree.Files...)
		return tree.Errors, len(in.files), err
	})
	return in, err
}

// readAll calls read for each of paths, logs what it could not read, and makes
// an error of there being no run at all; read also says how many there are.
func readAll(e env, paths []string, read func(path string) (unread []error, runs int, err error)) (unread []error, err error) {
	var runs int
	for i, path := range paths {
		if again(paths, i) {
			continue
		}
		bad, n, err := read(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: no such file or folder", path)
		}
		if err != nil {
			return nil, err
		}
		unread, runs = append(unread, bad...), n
	}
	for _, err := range unread {
		fmt.Fprintf(e.err, "benchfmt: not read: %v\n", err)
	}
	if runs == 0 {
		return nil, fmt.Errorf("no runs found in %s", strings.Join(paths, ", "))
	}
	return unread, nil
}

// again reports whether what lies at a path is read by another of them.
func again(paths []string, i int) bool {
	if _, err := os.Stat(paths[i]); err != nil {
		return false
	}
	for j, other := range paths {
		if j != i && results.Within(paths[i], other) && (j < i || !results.Within(other, paths[i])) {
			return true
		}
	}
	return false
}

// err is errPartial when something was left out.
func (in input) err() error { return partial(in.unread) }

func partial(unread []error) error {
	if len(unread) > 0 {
		return errPartial
	}
	return nil
}

func (in input) runs() []*record.Run {
	var out []*record.Run
	for _, f := range in.files {
		out = append(out, f.Run)
	}
	return out
}

// shelf is what one of several readers keeps of the runs that it meets.
type shelf struct {
	rows     []*metric.Row
	imported bool // there are runs that another tool measured
}

// rows is load for the tables of Set.Tables alone, over however many
// runs: everything is derived from a run while it is there, and then it is let
// go. ok is false when there are runs that another tool measured: then other
// tables are meant, which need more than rows.
func rows(e env, paths []string) (rows []*metric.Row, unread []error, ok bool, err error) {
	ok = true
	var reader results.Reader
	unread, err = readAll(e, paths, func(path string) ([]error, int, error) {
		var shelves []*shelf
		unread, err := reader.Each(path, func() results.Take {
			s := &shelf{}
			shelves = append(shelves, s)
			return s.take
		})
		for _, s := range shelves {
			rows, ok = append(rows, s.rows...), ok && !s.imported
		}
		return unread, len(rows), err
	})
	return rows, unread, ok, err
}

func (s *shelf) take(path string, r *record.Run) {
	s.imported = s.imported || r.Imported != nil
	row := metric.NewRow(r)
	row.Detach()
	row.Path = path
	s.rows = append(s.rows, row)
}
