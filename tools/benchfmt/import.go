package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/chimeraforge/duet/harness/merge"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/results"
)

// importRuns writes another tool's runs as our own files, with everything
// derived from them, for whoever does not read that tool's.
func importRuns(e env, args []string) error {
	set := flag.NewFlagSet("import", flag.ContinueOnError)
	from := set.String("from", "", "whose files they are: "+strings.Join(results.Importers(), ", "))
	out := set.String("o", "", "session folder to write to, such as results/tr116; it must hold no runs yet")
	paths, err := parse(e, "import", set, flagsFirst(set, args))
	if err != nil {
		return err
	}
	switch {
	case !slices.Contains(results.Importers(), *from):
		return fmt.Errorf("import: -from=%q: there is %s", *from, strings.Join(results.Importers(), ", "))
	case *out == "":
		return errors.New("import: no folder to write to; say -o OUT")
	case len(paths) != 1:
		return fmt.Errorf("import: one folder at a time, not %s", strings.Join(paths, ", "))
	}
	if err := free(*out, paths[0]); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	in, err := load(e, paths)
	if err != nil {
		return err
	}
	files, left := importable(in.files, *from)
	for _, why := range left {
		fmt.Fprintf(e.err, "benchfmt: not imported: %s\n", why)
	}
	if len(files) == 0 {
		return fmt.Errorf("no runs of %s in %s", *from, paths[0])
	}
	if err := writeRuns(*out, files); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%d runs of %s in %s\n", len(files), *from, *out)
	if len(left) > 0 {
		return errPartial
	}
	return in.err()
}

// free refuses a folder to write to that holds runs already, whose runs would
// be mixed with the new ones, or that is part of what is read.
func free(out, in string) error {
	if results.Within(out, in) {
		return fmt.Errorf("%s lies in %s, which is read; write somewhere else", out, in)
	}
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == results.MetricsFile {
			return fmt.Errorf("%s holds runs already, such as %s; write to a new folder", out, path)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// importable picks the files of a study, and says why others are left.
func importable(files []results.RunFile, study string) (out []results.RunFile, left []string) {
	for _, f := range files {
		if f.Run.Imported == nil || f.Run.Imported.Study != study {
			left = append(left, fmt.Sprintf("%s: expected a run of %s, found one of another tool", f.Path, study))
			continue
		}
		out = append(out, f)
	}
	return out, left
}

// writeRuns writes all runs or says which could not be written.
func writeRuns(dir string, files []results.RunFile) error {
	for _, f := range files {
		r := *f.Run
		metric.Annotate(&r)
		if _, err := results.WriteRun(dir, &r); err != nil {
			return fmt.Errorf("import %s: %w", f.Path, err)
		}
	}
	return nil
}

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
