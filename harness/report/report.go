// Package report turns a session's runs into a report: report.md, report.html
// (one file that opens offline and runs no script), figures as SVG and every
// table as CSV.
//
//	runs → analysis.Set → Build → Report → Markdown, HTML, Write
//
// A Report is data; rendering adds nothing to it. Two renderings of the same
// runs are the same bytes: everything is sorted, decimals are fixed, and the
// only times in a report are those of its runs.
package report

import (
	"fmt"
	"path/filepath"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/metrics/store"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/report/tabular"
)

// Report is everything a report says.
type Report struct {
	Title    string
	Subtitle string   // session, dates, counts
	Label    string   // loud backend label; "" when real models were measured
	Short    string   // the same in a word or two
	Unread   []string // files that could not be read
	Findings []string // the answer, in sentences made from the numbers
	Reading  []string // how to read this
	Figures  []plot.Figure
	Tables   []analysis.Table // of results
	Doubts   []analysis.Table // warnings, failed runs
	Source   []analysis.Table // what is needed to do it again
	Runs     []analysis.Table // every run
	Terms    []analysis.Term  // the definitions of the tables' words, each once
	// Commands measure this again. Build takes them from the runs, as far as
	// those tell; whoever knows the session's plan sets better ones.
	Commands []string
}

// Build makes the report of some runs; unread are the errors of files that
// could not be read and must not be passed over.
func Build(runs []*metrics.Run, unread []error) Report {
	set := analysis.NewSet(runs)
	r := Report{
		Title:    "What a second concurrent agent costs or buys",
		Subtitle: subtitle(set), Label: set.Label(), Short: set.ShortLabel(),
		Findings: findings(set), Reading: reading(set), Figures: figures(set),
		Source: set.Mark(provenance(set)), Commands: commands(set),
	}
	for _, err := range unread {
		r.Unread = append(r.Unread, err.Error())
	}
	for _, t := range set.Tables() {
		switch t.ID {
		case "warnings", "failed":
			r.Doubts = append(r.Doubts, t)
		case "runs_multi", "runs_single":
			r.Runs = append(r.Runs, t)
		default:
			r.Tables = append(r.Tables, t)
		}
	}
	r.Terms = analysis.Glossary(r.All())
	return r
}

// All is every table of the report, in its order.
func (r Report) All() []analysis.Table {
	var out []analysis.Table
	for _, ts := range [][]analysis.Table{r.Tables, r.Doubts, r.Source, r.Runs} {
		out = append(out, ts...)
	}
	return out
}

// figureWidth is the width of figures written as files, in pixels.
const figureWidth = 760

// Write writes report.md, report.html, figures/*.svg and tables/*.csv into dir
// and returns the path of the HTML file.
func (r Report) Write(dir string) (string, error) {
	page, err := r.HTML()
	if err != nil {
		return "", fmt.Errorf("report: %w", err)
	}
	files := map[string]string{"report.md": r.Markdown(), "report.html": page}
	for _, f := range r.Figures {
		files["figures/"+f.ID+".svg"] = f.Standalone(figureWidth)
	}
	for _, t := range r.All() {
		files["tables/"+t.ID+".csv"] = tabular.CSV(t)
	}
	for name, content := range files {
		if err := store.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(content)); err != nil {
			return "", fmt.Errorf("report: %w", err)
		}
	}
	return filepath.Join(dir, "report.html"), nil
}
