package results

import (
	"cmp"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// Tree is what ReadTree found.
type Tree struct {
	Files  []RunFile // by suite, cell, run number, path
	Errors []error   // one per file that could not be read, by path
}

// Runs are those of the files.
func (t Tree) Runs() []*record.Run {
	runs := make([]*record.Run, len(t.Files))
	for i, f := range t.Files {
		runs[i] = f.Run
	}
	return runs
}

// ReadTree reads every metrics.json at or below root: a results folder, a
// session, a part of one, or one file. Below the folder of a run, run_<n> with
// a metrics.json in it, nothing more is looked for. The error is for a root
// that cannot be looked at; files that cannot be read are in Tree.Errors.
func ReadTree(root string) (Tree, error) {
	var found []*[]RunFile // by worker
	unread, err := Each(root, func() Take {
		files := &[]RunFile{}
		found = append(found, files)
		return func(path string, r *record.Run) { *files = append(*files, RunFile{path, r}) }
	})
	if err != nil {
		return Tree{}, err
	}
	t := Tree{Errors: unread}
	for _, files := range found {
		t.Files = append(t.Files, *files...)
	}
	slices.SortFunc(t.Files, compare)
	return t, nil
}

// Take is called with a run and the path of its file.
type Take func(path string, r *record.Run)

// Each reads what ReadTree reads and keeps none of it, for tables over more runs
// than one would hold in memory: whoever takes a run derives what it needs and
// lets the samples and chunks go. Several goroutines read; each has a Take of its
// own and calls it for every run, in no order. The errors of files that cannot be
// read come back by path.
func Each(root string, take func() Take) (unread []error, err error) {
	unread, err = visit(root, take)
	slices.SortFunc(unread, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return unread, err
}

// compare looks at one thing after another: most runs differ in their number
// alone, and names that are one string are equal at a glance.
func compare(a, b RunFile) int {
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
