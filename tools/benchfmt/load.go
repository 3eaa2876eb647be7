package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"

	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/metrics/store"
)

// input is every run below some paths, each once.
type input struct {
	files  []store.File
	unread []error
}

// load reads paths and logs what could not be read. It is an error for there
// to be no run at all.
func load(e env, paths []string) (input, error) { return loadWith(store.ReadTree, e, paths) }

// loadLean is load without what package analysis' own tables do not need.
func loadLean(e env, paths []string) (input, error) { return loadWith(store.ReadLean, e, paths) }

func loadWith(read func(string) (store.Tree, error), e env, paths []string) (input, error) {
	var in input
	var seen map[string]bool
	if len(paths) > 1 {
		seen = map[string]bool{}
	}
	for _, path := range paths {
		tree, err := read(path)
		if errors.Is(err, fs.ErrNotExist) {
			return in, fmt.Errorf("%s: no such file or folder", path)
		}
		if err != nil {
			return in, err
		}
		in.files = append(in.files, fresh(tree.Files, seen)...)
		in.unread = append(in.unread, tree.Errors...)
	}
	for _, err := range in.unread {
		fmt.Fprintf(e.err, "benchfmt: not read: %v\n", err)
	}
	if len(in.files) == 0 {
		return in, fmt.Errorf("no runs found in %s", strings.Join(paths, ", "))
	}
	return in, nil
}

// fresh leaves out the files that an earlier path led to, and remembers the
// others. A file may hold several runs.
func fresh(files []store.File, seen map[string]bool) []store.File {
	if seen == nil { // one path leads to a file once
		return files
	}
	var out []store.File
	now := map[string]bool{}
	for _, f := range files {
		if abs, err := filepath.Abs(f.Path); err == nil && !seen[abs] {
			now[abs] = true
			out = append(out, f)
		}
	}
	maps.Copy(seen, now)
	return out
}

// err is errPartial when something was left out.
func (in input) err() error {
	if len(in.unread) > 0 {
		return errPartial
	}
	return nil
}

func (in input) runs() []*metrics.Run {
	var out []*metrics.Run
	for _, f := range in.files {
		out = append(out, f.Run)
	}
	return out
}
