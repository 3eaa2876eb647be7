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

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/report"
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

// selection is which tables are wanted.
type selection struct {
	all   bool
	only  string // ids
	study bool   // with the study's own
}

func tables(e env, args []string) error {
	fs := flag.NewFlagSet("tables", flag.ContinueOnError)
	name := fs.String("format", "text", "text, md or csv")
	width := fs.Int("width", 160, "columns that a text table may take before it leaves some out; 0 for all")
	var sel selection
	fs.BoolVar(&sel.all, "all", false, "print every table; by default those that answer, without every run and the appendices")
	fs.StringVar(&sel.only, "only", "", "ids of the tables to print, such as config,runs_multi")
	names := fs.Bool("list", false, "print ids, sections and titles of all tables instead of the tables")
	study := studyFlag(fs)
	paths, err := parse(e, "tables", fs, args)
	if err != nil {
		return err
	}
	if *width < 0 {
		return fmt.Errorf("tables: -width=%d: a number of columns, or 0 for no limit", *width)
	}
	f, ok := formats[*name]
	if !ok {
		return fmt.Errorf("tables: unknown format %q; there are csv, md, text", *name)
	}
	text, err := textPaths(paths)
	if err != nil {
		return fmt.Errorf("tables: %w", err)
	}
	if text {
		return lineTables(e, paths, printing{*name, sel.only, *names, *width})
	}
	sel.study = *study
	set, all, unread, err := sel.tables(e, paths, *names)
	if err != nil {
		return err
	}
	if *names {
		return errors.Join(list(e.out, all), partial(unread))
	}
	chosen, err := sel.choose(set, all)
	if err != nil {
		return err
	}
	if !sel.all && sel.only == "" {
		defer fmt.Fprintln(e.err, "benchfmt: there are more tables: -all prints every one, -only ID,… some, -list names them")
	}
	return errors.Join(write(e.out, banner(set, *name), f, chosen, *width), partial(unread))
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

// tables are those that there are to choose from, all of them if all is set.
func (sel selection) tables(e env, paths []string, all bool) (*metric.Set, []table.Table, []error, error) {
	if sel.own() && !all {
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

// choose picks tables in their own order.
func (sel selection) choose(set *metric.Set, all []table.Table) ([]table.Table, error) {
	switch {
	case sel.only != "":
		return byID(all, strings.Split(sel.only, ","))
	case sel.all:
		return all, nil
	}
	return report.Main(set, all), nil
}

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
func banner(set *metric.Set, format string) string {
	s := fmt.Sprintf("%d runs, backend: %s", len(set.Rows), set.Rows[0].Run.Label())
	if set.Mixed {
		s = fmt.Sprintf("%d runs of several sessions or backends", len(set.Rows))
	}
	if word := set.ShortLabel(); word != "" {
		s += " – " + word
	}
	if format == "csv" {
		return "# " + s
	}
	return s
}
