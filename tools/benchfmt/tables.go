package main

import (
	"flag"
	"fmt"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/report/tabular"
)

// formats are the values of -format.
var formats = map[string]func(analysis.Table) string{
	"text": tabular.Text,
	"md":   tabular.Markdown,
	"csv":  func(t analysis.Table) string { return "# " + t.Title + "\n" + tabular.CSV(t) },
}

func tables(e env, args []string) error {
	fs := flag.NewFlagSet("tables", flag.ContinueOnError)
	format := fs.String("format", "text", "text, md or csv")
	paths, err := parse(e, "tables", fs, args)
	if err != nil {
		return err
	}
	render, ok := formats[*format]
	if !ok {
		return fmt.Errorf("tables: unknown format %q; there are csv, md, text", *format)
	}
	in, err := load(e, paths)
	if err != nil {
		return err
	}
	set := analysis.NewSet(in.runs())
	if _, err := fmt.Fprintf(e.out, "%s\n\n", banner(set, *format)); err != nil {
		return err
	}
	for _, t := range set.Tables() {
		if _, err := fmt.Fprintf(e.out, "%s\n", render(t)); err != nil {
			return err
		}
	}
	return in.err()
}

// banner says first what answered the requests.
func banner(set *analysis.Set, format string) string {
	s := fmt.Sprintf("%d runs, backend: %s", len(set.Rows), set.Rows[0].Run.Backend.Label())
	if set.Mixed {
		s = fmt.Sprintf("%d runs of several sessions or backends", len(set.Rows))
	}
	if format == "csv" {
		return "# " + s
	}
	return s
}
