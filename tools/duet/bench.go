package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// benchOptions are the command line: what goes to the build, and what goes on to the
// suites (-duet.* and -bench).
type benchOptions struct {
	suites.Wanted
	prebuilt string // folder of a bundle's suites; "" to build them
	pass     []string
}

func parseBench(stderr io.Writer, args []string) (benchOptions, error) {
	var o benchOptions
	set := flag.NewFlagSet("duet bench", flag.ContinueOnError)
	set.SetOutput(stderr)
	o.Register(set, "single,multi")
	set.StringVar(&o.prebuilt, "prebuilt", "", "run the suites that make bundle put into this `folder`, and build nothing")
	var own []string
	for _, a := range args {
		if strings.HasPrefix(strings.TrimLeft(a, "-"), "duet.") {
			o.pass = append(o.pass, a)
		} else {
			own = append(own, a)
		}
	}
	if err := set.Parse(own); err != nil {
		return o, err
	}
	return o, o.Check(set, true)
}

// bench is "duet bench" and "make bench": it runs the suites, shows where
// they are, and makes the report.
//
//	go run ./tools/duet bench                      the whole matrix, simulated
//	go run ./tools/duet bench -tags ollama         on real servers
//	go run ./tools/duet bench -suites multi -duet.rounds=10
//
// stdout is the benchmark lines and the tables, stderr the progress.
func bench(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	o, err := parseBench(stderr, args)
	if err != nil {
		return suites.Wrong(err)
	}
	announceBench(stdout, o)
	if err := o.within(stdout); err != nil {
		return err
	}
	bin, remove, err := o.binaries(ctx, stderr)
	if err != nil {
		return err
	}
	defer remove()
	sessions, failed := o.all(ctx, stdout, stderr, bin)
	for _, dir := range sessions {
		err = errors.Join(err, publish(stdout, dir))
	}
	if err != nil && failed != nil {
		fmt.Fprintln(stderr, "duet bench:", err) // the exit status is the suite's
		return failed
	}
	return errors.Join(failed, err)
}

// all runs the suites and returns the sessions that they made. An interrupt reaches
// them too; this command stays to say where the results are.
func (o benchOptions) all(ctx context.Context, stdout, stderr io.Writer, bin string) (sessions []string, failed error) {
	for _, s := range o.Suites {
		dir, err := o.runSuite(ctx, stdout, stderr, bin, s)
		if dir != "" && !slices.Contains(sessions, dir) {
			sessions = append(sessions, dir)
		}
		failed = worse(failed, err)
		if ctx.Err() != nil || dir == "" {
			break // interrupted, or no session: the next suite would not get one either
		}
	}
	return sessions, failed
}

// worse keeps the first failure, but an interrupt above all.
func worse(a, b error) error {
	if a == nil || suites.Status(b, suites.Failed) == suites.Interrupted {
		return b
	}
	return a
}

// binaries returns the folder of the suites' test binaries, and what removes it.
func (o benchOptions) binaries(ctx context.Context, stderr io.Writer) (dir string, remove func(), err error) {
	if o.prebuilt != "" {
		dir, err := filepath.Abs(filepath.Join(o.prebuilt, suiteFolder(o.Tags)))
		if err == nil {
			_, err = os.Stat(suites.Binary(dir, o.Suites[0]))
		}
		return dir, func() {}, err
	}
	if dir, err = os.MkdirTemp("", "duet-bench-*"); err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	fmt.Fprintln(stderr, "building the suites...")
	if err := o.Compile(ctx, stderr, "", dir); err != nil {
		remove()
		return "", nil, fmt.Errorf("build the suites: %w", err)
	}
	return dir, remove, nil
}

// suiteFolder is where a bundle has the suites of a tag.
func suiteFolder(tags string) string {
	if tags == "" {
		return "sim"
	}
	return tags
}

// announceBench says first that servers are going to be simulated. The suites decide, and
// say it again, and refuse settings that are wrong; this is for the first line a
// person reads.
func announceBench(w io.Writer, o benchOptions) {
	s, _, err := suites.Settings(o.pass, os.LookupEnv)
	if err == nil && s.Simulated(o.Tags) || err != nil && o.Tags == "" {
		fmt.Fprint(w, suites.Simulation("bench"))
	}
}

// within leaves out the suites of which the shard has nothing (-duet.shard), which
// by themselves are an error. Settings that are wrong are the suites' to refuse.
func (o *benchOptions) within(w io.Writer) error {
	s, _, err := suites.Settings(o.pass, os.LookupEnv)
	if err != nil {
		return nil
	}
	var left []*plan.ShardError
	o.Suites = slices.DeleteFunc(o.Suites, func(suite string) bool {
		_, err := s.Cells(suite)
		e, nothing := errors.AsType[*plan.ShardError](err)
		if nothing {
			left = append(left, e)
		}
		return nothing
	})
	if len(o.Suites) == 0 {
		return suites.Wrong(slices.MaxFunc(left, func(a, b *plan.ShardError) int { return a.Most - b.Most }))
	}
	for _, e := range left {
		fmt.Fprintf(w, "# left out: suite %s, of which shard %s has nothing (it can be split into %d at most)\n", e.Suite, e.Shard, max(1, e.Most))
	}
	return nil
}

// publish prints the tables of a session and writes its report.
func publish(stdout io.Writer, dir string) error {
	tree, err := results.ReadTree(dir)
	if err != nil {
		return fmt.Errorf("read session: %w", err)
	}
	if len(tree.Files) == 0 {
		fmt.Fprintln(stdout, "# nothing was measured, so there is no report")
		return errors.Join(tree.Errors...)
	}
	r := report.Build(tree.Runs(), tree.Errors)
	verdict, unknown := report.Complete(&r, dir, &tree)
	if err := errors.Join(unknown...); err != nil {
		return fmt.Errorf("read session: %w", err)
	}
	page, err := r.Write(dir)
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	show(stdout, r)
	fmt.Fprintf(stdout, "\nvalidity  %s\nresults   %s\nreport    %s\n          %s\ntables    %s\n", verdict.Short(), dir, page, filepath.Join(dir, "report.md"), filepath.Join(dir, "tables", "*.csv"))
	return errors.Join(tree.Errors...)
}

// proseWidth is where sentences are wrapped.
const proseWidth = 100

// tableWidth is how wide a table may be where there is no terminal to ask.
const tableWidth = 160

// show prints the tables and then the answer, which is what stays on the screen.
func show(stdout io.Writer, r report.Report) {
	width := cmp.Or(terminal(stdout), tableWidth)
	for _, t := range r.Main {
		fmt.Fprintf(stdout, "\n%s", table.Plain(t, width))
	}
	fmt.Fprintf(stdout, "\nThe answer")
	if r.Short != "" {
		fmt.Fprintf(stdout, " [%s]", r.Short)
	}
	fmt.Fprintln(stdout)
	for _, f := range r.Findings {
		fmt.Fprint(stdout, table.Wrap("* "+f, min(proseWidth, width), "  "))
	}
	if r.Label != "" {
		fmt.Fprintf(stdout, "\n%s\n", r.Label)
	}
}
