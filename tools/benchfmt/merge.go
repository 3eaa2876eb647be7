package main

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/chimeraforge/duet/harness/merge"
)

// mergeSessions joins the sessions of several machines.
func mergeSessions(e env, args []string) error {
	set := flag.NewFlagSet("merge", flag.ContinueOnError)
	o := merge.Options{}
	set.StringVar(&o.Out, "o", "", "session folder to write, such as results/all; it must not exist")
	set.BoolVar(&o.Machines, "machines", false, "compare machines: the same cells may be of several, and every cell says its machine")
	set.BoolVar(&o.Incomplete, "incomplete", false, "merge sessions that lack runs, and without all shards")
	set.BoolVar(&o.Invalid, "invalid", false, "merge sessions that validate says are not valid for other reasons than missing runs")
	paths, err := parse(e, "merge", set, flagsFirst(set, args))
	if err != nil {
		return err
	}
	if o.Out == "" {
		return errors.New("merge: no folder to write to; say -o OUT")
	}
	for _, p := range paths {
		s, err := merge.ParseSource(p)
		if err != nil {
			return fmt.Errorf("merge: %w", err)
		}
		o.Sources = append(o.Sources, s)
	}
	r, err := merge.Merge(o)
	if why, refused := errors.AsType[merge.Refused](err); refused {
		for _, w := range why {
			fmt.Fprintf(e.err, "benchfmt: merge: %s\n", strings.ReplaceAll(w, "\n", "; "))
		}
		return errors.New("merge: nothing was written")
	}
	if err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	for _, alike := range r.Alike {
		fmt.Fprintf(e.err, "benchfmt: merge: %s\n", alike)
	}
	return merged(e, o.Out, r)
}

// merged says what went in.
func merged(e env, out string, r *merge.Result) error {
	t := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for _, m := range r.Machines {
		shard := ""
		if m.Shard != "" {
			shard = ", shard " + m.Shard
		}
		fmt.Fprintf(t, "%s\t%s%s\t%d runs of %d cells\t%s\n", m.Machine, m.Dir, shard, m.Runs, m.Cells, m.Description)
	}
	fmt.Fprintf(t, "%d runs of %d cells in %s\n", r.Runs, r.Cells, out)
	return t.Flush()
}
