package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"

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
	seen := seen{}
	var err error
	in.unread, err = readAll(e, paths, func(path string) ([]error, int, error) {
		tree, err := results.ReadTree(path)
		now := seen.at(paths)
		for _, f := range tree.Files {
			if now.fresh(f.Path) {
				in.files = append(in.files, f)
			}
		}
		seen.add(now)
		return tree.Errors, len(in.files), err
	})
	return in, err
}

// readAll calls read for each of paths, logs what it could not read, and makes
// an error of there being no run at all; read also says how many there are.
func readAll(e env, paths []string, read func(path string) (unread []error, runs int, err error)) (unread []error, err error) {
	var runs int
	for _, path := range paths {
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

// seen is the files that earlier paths led to. A file may hold several runs, so
// those of one path are added when it is done.
type seen map[string]bool

// visit is the files that one path, or one of its readers, leads to; nil where
// there is one path, which leads to a file once.
type visit struct {
	before seen
	now    map[string]bool
}

func (s seen) at(paths []string) *visit {
	if len(paths) == 1 {
		return nil
	}
	return &visit{s, map[string]bool{}}
}

// fresh reports whether no earlier path led to a file, and remembers it.
func (v *visit) fresh(path string) bool {
	if v == nil {
		return true
	}
	abs, err := filepath.Abs(path)
	if err != nil || v.before[abs] {
		return false
	}
	v.now[abs] = true
	return true
}

func (s seen) add(v *visit) {
	if v != nil {
		maps.Copy(s, v.now)
	}
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
