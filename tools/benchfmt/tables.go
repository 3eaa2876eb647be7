package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/chimeraforge/duet/harness/compare/errorrate"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/trust"
)

// format is how tables are written, and the definitions after them.
type format struct {
	table func(t table.Table, width int) string
	terms func([]table.Term) string
}

// formats are the values of -format.
var formats = map[string]format{
	"text": {table.Plain, func(terms []table.Term) string { return "Definitions\n" + table.Terms(terms) }},
	"md":   {func(t table.Table, _ int) string { return table.Markdown(t) }, table.Glossary},
	"csv":  {func(t table.Table, _ int) string { return "# " + t.Title + "\n" + table.CSV(t) }, nil},
}

// selection is which tables are wanted, and how.
type selection struct {
	format string
	width  int
	list   bool   // their names instead of the tables
	all    bool   // also those that answer nothing by themselves
	only   string // ids
	study  bool   // with the study's own
}

func tables(e env, args []string) error {
	fs := flag.NewFlagSet("tables", flag.ContinueOnError)
	var sel selection
	fs.StringVar(&sel.format, "format", "text", "text, md or csv")
	fs.IntVar(&sel.width, "width", 160, "columns that a text table may take before it leaves some out; 0 for all")
	fs.BoolVar(&sel.all, "all", false, "print every table; by default those that answer, without every run and the appendices")
	fs.StringVar(&sel.only, "only", "", "ids of the tables to print, such as config,runs_multi")
	fs.BoolVar(&sel.list, "list", false, "print ids, sections and titles of all tables instead of the tables")
	study := studyFlag(fs)
	paths, err := parse(e, "tables", fs, args)
	if err != nil {
		return err
	}
	sel.study = *study
	if sel.width < 0 {
		return fmt.Errorf("tables: -width=%d: a number of columns, or 0 for no limit", sel.width)
	}
	if _, ok := formats[sel.format]; !ok {
		return fmt.Errorf("tables: unknown format %q; there are csv, md, text", sel.format)
	}
	text, err := textPaths(paths)
	if err != nil {
		return fmt.Errorf("tables: %w", err)
	}
	if text {
		return sel.lines(e, paths)
	}
	set, all, unread, err := sel.tables(e, paths)
	if err != nil {
		return err
	}
	main := all
	if !sel.all && !sel.list && sel.only == "" {
		main = report.Main(set, all)
		defer fmt.Fprintln(e.err, "benchfmt: there are more tables: -all prints every one, -only ID,… some, -list names them")
	}
	return errors.Join(sel.print(e.out, banner(set), all, main), partial(unread))
}

// print prints or lists tables; main are those that nobody asked for by name.
func (sel selection) print(w io.Writer, banner string, all, main []table.Table) (err error) {
	if sel.list {
		return list(w, all)
	}
	if sel.only != "" {
		if main, err = byID(all, strings.Split(sel.only, ",")); err != nil {
			return err
		}
	}
	if sel.format == "csv" {
		banner = "# " + banner
	}
	return write(w, banner, formats[sel.format], main, sel.width)
}

// own reports whether the tables wanted are those of Set.Tables alone,
// which need nothing but the calls of the runs: the others are not made then.
func (sel selection) own() bool {
	for id := range strings.SplitSeq(sel.only, ",") {
		if id != "" && !slices.Contains(report.Core, id) && id != "runs_multi" && id != "runs_single" {
			return false
		}
	}
	return !sel.all && !sel.study
}

// tables are those that there are to choose from, all of them where they are listed.
func (sel selection) tables(e env, paths []string) (*metric.Set, []table.Table, []error, error) {
	if sel.own() && !sel.list {
		if rows, unread, ok, err := rows(e, paths); ok || err != nil {
			set := metric.NewSetOf(rows)
			return set, set.Tables(), unread, err
		}
		e.err = io.Discard // has been said
	}
	in, err := load(e, paths)
	set := metric.NewSet(in.runs())
	set.Study = sel.study
	if err != nil {
		return set, nil, nil, err
	}
	return set, report.Tables(set, trust.Audit(set, in.path())), in.unread, nil
}

// list names tables.
func list(w io.Writer, all []table.Table) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, table := range all {
		fmt.Fprintf(t, "%s\t%s\t%d rows\t%s\n", table.ID, table.Section, len(table.Rows), table.Title)
	}
	return t.Flush()
}

// byID picks tables in their own order.
func byID(all []table.Table, wanted []string) ([]table.Table, error) {
	var out []table.Table
	var ids []string
	for _, t := range all {
		ids = append(ids, t.ID)
		if slices.Contains(wanted, t.ID) {
			out = append(out, t)
		}
	}
	for _, id := range wanted {
		if !slices.Contains(ids, id) {
			return nil, fmt.Errorf("tables: no table %q in these runs; there are %s", id, strings.Join(ids, ", "))
		}
	}
	return out, nil
}

func write(w io.Writer, banner string, f format, tables []table.Table, width int) error {
	b := bufio.NewWriter(w)
	b.WriteString(banner + "\n\n") // an error is kept until Flush
	for _, t := range tables {
		b.WriteString(f.table(t, width) + "\n")
	}
	if terms := metric.Glossary(tables); f.terms != nil && len(terms) > 0 {
		b.WriteString(f.terms(terms))
	}
	return b.Flush()
}

// banner says first what answered the requests.
func banner(set *metric.Set) string {
	s := fmt.Sprintf("%d runs, backend: %s", len(set.Rows), set.Rows[0].Run.Label())
	if set.Mixed {
		s = fmt.Sprintf("%d runs of several sessions or backends", len(set.Rows))
	}
	if word := set.ShortLabel(); word != "" {
		s += " – " + word
	}
	return s
}

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
