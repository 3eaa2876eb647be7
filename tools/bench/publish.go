package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/metrics/store"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/report/tabular"
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
	tree, err := store.ReadTree(dir)
	if err != nil {
		return fmt.Errorf("read session: %w", err)
	}
	var runs []*metrics.Run
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
	}
	if len(runs) == 0 {
		fmt.Fprintln(stdout, "# nothing was measured, so there is no report")
		return errors.Join(tree.Errors...)
	}
	r := report.Build(runs, tree.Errors)
	fmt.Fprintln(stdout)
	if r.Label != "" {
		fmt.Fprintf(stdout, "%s\n\n", r.Label)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(stdout, "* %s\n", f)
	}
	for _, t := range append(r.Tables, r.Doubts...) {
		fmt.Fprintf(stdout, "\n%s", tabular.Text(t))
	}
	page, err := r.Write(dir)
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	fmt.Fprintf(stdout, "\nresults:  %s\nreport:   %s\n          %s\n", dir, page, filepath.Join(dir, "report.md"))
	return errors.Join(tree.Errors...)
}
