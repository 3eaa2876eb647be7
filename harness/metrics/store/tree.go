package store

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
)

// Tree is what ReadTree found.
type Tree struct {
	Files  []File  // by suite, cell, run number, path
	Errors []error // one per file that could not be read, by path
}

// ReadTree reads every metrics.json at or below root: a results folder, a
// session, a part of one, or one file. Below the folder of a run, run_<n> with
// a metrics.json in it, nothing more is looked for. The error is for a root
// that cannot be looked at; files that cannot be read are in Tree.Errors. Runs
// may share what is equal in them, such as their servers.
func ReadTree(root string) (Tree, error) { return readTree(root, false) }

// ReadLean is ReadTree without what tables over many runs do not need: the text
// of replies, and the derived quantities that a file repeats.
func ReadLean(root string) (Tree, error) { return readTree(root, true) }

// ReadBytes reads what ReadTree reads, decodes nothing and returns how many bytes
// it was: the floor under the time of every table.
func ReadBytes(root string) (int64, error) {
	var n int64
	var errs []error
	for _, w := range visit(root, true, worker{only: true}) {
		n, errs = n+w.size, append(errs, w.errs...)
	}
	return n, errors.Join(errs...)
}

func readTree(root string, lean bool) (Tree, error) {
	info, err := os.Stat(root)
	if err != nil {
		return Tree{}, err
	}
	if info.IsDir() { // a root that is a link is entered, links below it are not
		if root, err = filepath.EvalSymlinks(root); err != nil {
			return Tree{}, err
		}
	}
	t := walk(root, info.IsDir(), lean)
	slices.SortFunc(t.Files, compare)
	slices.SortFunc(t.Errors, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return t, nil
}

// compare looks at one thing after another: most runs differ in their number
// alone, and names that are one string are equal at a glance.
func compare(a, b File) int {
	x, y := a.Run, b.Run
	if c := cmp.Compare(x.Suite, y.Suite); c != 0 {
		return c
	}
	if c := cmp.Compare(x.Cell.ID, y.Cell.ID); c != 0 {
		return c
	}
	if c := cmp.Compare(x.RunNumber, y.RunNumber); c != 0 {
		return c
	}
	return cmp.Compare(a.Path, b.Path)
}
