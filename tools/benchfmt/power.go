package main

import (
	"errors"
	"flag"
	"fmt"

	"github.com/chimeraforge/duet/harness/compare/errorrate"
	"github.com/chimeraforge/duet/harness/stats"
)

// powerTables prints what rounds can show, and what the shipped gate says of
// sessions whose truth is known. It reads nothing.
func powerTables(e env, args []string) error {
	fs := flag.NewFlagSet("power", flag.ContinueOnError)
	q := errorrate.Question{}
	fs.IntVar(&q.Cells, "cells", 12, "cells of a session: tests that are corrected together")
	loss := fs.Float64("loss", 5, "percent of throughput that is lost")
	fs.Float64Var(&q.Alpha, "alpha", stats.Alpha, "level of Holm's p in the first two tables")
	fs.IntVar(&q.Trials, "trials", 1000, "pairs of simulated sessions a row of the last table")
	name := fs.String("format", "text", "text, md or csv")
	if err := flags(e, "power", fs, args); err != nil {
		return err
	}
	f, ok := formats[*name]
	switch q.Loss = *loss / 100; {
	case !ok:
		return fmt.Errorf("power: unknown format %q; there are csv, md, text", *name)
	case fs.NArg() > 0:
		return errors.New("power: no PATH: it is about rounds that nobody has made yet")
	case q.Cells < 1 || q.Cells > 1000 || !(q.Loss > 0 && q.Loss < 1) || !(q.Alpha > 0 && q.Alpha <= 0.5) || q.Trials < 1 || q.Trials > 1_000_000:
		return errors.New("power: 1 to 1000 cells, a loss above 0 and below 100 %, alpha above 0 and at most 0.5, 1 to 1000000 trials")
	}
	tables, err := q.Tables()
	if err != nil {
		return err
	}
	return write(e.out, fmt.Sprintf("A family of %d cells, Holm at %g", q.Cells, q.Alpha), f, tables, 0)
}
