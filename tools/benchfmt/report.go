package main

import (
	"flag"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/results"
)

func writeReport(e env, args []string) error {
	fs := flag.NewFlagSet("report", flag.ContinueOnError)
	dir := fs.String("o", "", "folder to write to; several sessions each get a folder in it (default: each session's own folder)")
	study := studyFlag(fs)
	paths, err := parse(e, "report", fs, args)
	if err != nil {
		return err
	}
	in, err := load(e, paths)
	if err != nil {
		return err
	}
	sessions, order := bySession(in)
	where := in.path()
	for _, folder := range order {
		target, err := target(folder, *dir, len(order), sessions[folder])
		if err != nil {
			return err
		}
		r := report.Input{Runs: sessions[folder], Unread: in.unread, Path: where, Study: *study}.Report()
		_, unknown := report.Complete(&r, folder, in.whole(paths, folder))
		for _, err := range unknown {
			fmt.Fprintf(e.err, "benchfmt: %v\n", err)
		}
		page, err := r.Write(target)
		if err != nil {
			return err
		}
		fmt.Fprintln(e.out, page)
	}
	return in.err()
}

// target is where a session's report goes. Nothing is written into a folder of
// another tool's raw files.
func target(folder, dir string, sessions int, runs []*record.Run) (string, error) {
	switch {
	case dir == "" && slices.ContainsFunc(runs, func(r *record.Run) bool { return r.Imported != nil }):
		return "", fmt.Errorf("report: %s has runs of another tool, perhaps its raw files, and is left as it is: say with -o where the report goes", folder)
	case dir == "":
		return folder, nil
	case sessions > 1:
		return filepath.Join(dir, filepath.Base(folder)), nil
	}
	return dir, nil
}

// whole are the runs of a session's folder, nil where those at hand may be a part of
// them, in another order, or with one among them that lies in the wrong place and is no
// part of the report.
func (in input) whole(paths []string, folder string) *results.Tree {
	if len(paths) != 1 || len(in.unread) > 0 || !results.Within(folder, paths[0]) {
		return nil
	}
	var t results.Tree
	for _, f := range in.files {
		switch {
		case f.Session() == folder:
			t.Files = append(t.Files, f)
		case results.Within(f.Path, folder):
			return nil
		}
	}
	return &t
}

// bySession splits runs by session folder, in the order of reading.
func bySession(in input) (map[string][]*record.Run, []string) {
	sessions := map[string][]*record.Run{}
	var order []string
	for _, f := range in.files {
		folder := f.Session()
		if sessions[folder] == nil {
			order = append(order, folder)
		}
		sessions[folder] = append(sessions[folder], f.Run)
	}
	return sessions, order
}
