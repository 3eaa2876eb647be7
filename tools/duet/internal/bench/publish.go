package bench

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/table"
)

// publish prints the tables of the sessions and writes their reports.
func publish(stdout io.Writer, sessions []string) error {
	var errs []error
	for _, dir := range sessions {
		errs = append(errs, publishOne(stdout, dir))
	}
	return errors.Join(errs...)
}

func publishOne(stdout io.Writer, dir string) error {
	tree, err := results.ReadTree(dir)
	if err != nil {
		return fmt.Errorf("read session: %w", err)
	}
	if len(tree.Files) == 0 {
		fmt.Fprintln(stdout, "# nothing was measured, so there is no report")
		return errors.Join(tree.Errors...)
	}
	r := report.Build(tree.Runs(), tree.Errors)
	verdict, unknown := report.CompleteTree(&r, dir, tree)
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
