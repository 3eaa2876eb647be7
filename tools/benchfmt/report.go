package main

import (
	"flag"
	"fmt"
	"path/filepath"

	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report"
)

func writeReport(e env, args []string) error {
	fs := flag.NewFlagSet("report", flag.ContinueOnError)
	dir := fs.String("o", "", "folder to write to; several sessions each get a folder in it (default: each session's own folder)")
	paths, err := parse(e, "report", fs, args)
	if err != nil {
		return err
	}
	in, err := load(e, paths)
	if err != nil {
		return err
	}
	sessions, order := bySession(in)
	for _, folder := range order {
		target := folder
		if *dir != "" {
			target = *dir
			if len(order) > 1 {
				target = filepath.Join(*dir, filepath.Base(folder))
			}
		}
		r := report.Build(sessions[folder], in.unread)
		commands, err := record.Commands(folder)
		if err != nil {
			fmt.Fprintf(e.err, "benchfmt: the commands come from the runs alone: %v\n", err)
		}
		if len(commands) > 0 {
			r.Commands = commands
		}
		page, err := r.Write(target)
		if err != nil {
			return err
		}
		fmt.Fprintln(e.out, page)
	}
	return in.err()
}

// bySession splits runs by session folder, in the order of reading.
func bySession(in input) (map[string][]*metrics.Run, []string) {
	sessions := map[string][]*metrics.Run{}
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
