package bench

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"github.com/chimeraforge/duet/harness/record"
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
	var runs []*record.Run
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
	}
	if len(runs) == 0 {
		fmt.Fprintln(stdout, "# nothing was measured, so there is no report")
		return errors.Join(tree.Errors...)
	}
	r := report.Build(runs, tree.Errors)
	verdict, unknown := report.Complete(&r, dir)
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
	for _, t := range r.Main {
		fmt.Fprintf(stdout, "\n%s", table.Plain(t, width(stdout)))
	}
	fmt.Fprintf(stdout, "\nThe answer")
	if r.Short != "" {
		fmt.Fprintf(stdout, " [%s]", r.Short)
	}
	fmt.Fprintln(stdout)
	for _, f := range r.Findings {
		fmt.Fprint(stdout, table.Wrap("* "+f, min(proseWidth, width(stdout)), "  "))
	}
	if r.Label != "" {
		fmt.Fprintf(stdout, "\n%s\n", r.Label)
	}
}

// width is the terminal's, or enough for every table.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return tableWidth
}
