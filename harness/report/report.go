// Package report turns a session's runs into a report: report.md, report.html
// (one file that opens offline and needs no script), figures as SVG and every
// table as CSV.
//
//	runs → metric.Set → Input.Report → Report → Parts → Markdown, HTML, Write
//
// A Report is data; rendering adds nothing to it. Two renderings of the same
// runs are the same bytes: everything is sorted, decimals are fixed, and the
// only times in a report are those of its runs.
//
// Complete adds what a session's folder says beside its runs: the commands that
// made it, what its clients read of known answers, its machines, what may have
// disturbed it, and whether it can be believed. WriteAnnotations says the essence to
// GitHub, as workflow commands and a job's summary.
//
// A page is bounded, so that it opens whatever was measured: of a long table the
// page and report.md have the first rows and say where the others are, which is
// the CSV.
package report

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/trust"
)

// Report is everything a report says.
type Report struct {
	Title           string
	Subtitle        string   // session, dates, counts
	Label           string   // loud backend label; "" when real models were measured
	Short           string   // the same in a word or two
	Invalid         string   // loud: why the session cannot be believed; "" when it can, or nobody asked
	Unread          []string // files that could not be read
	Findings        []string // the answer, in sentences made from the numbers
	Reading         []string // how to read this
	Recommendations []string // what follows from the numbers
	Audit           []record.Finding
	Figures         []plot.Figure // each with its section
	Tables          []table.Table // every one, each with its section
	Main            []table.Table // of Tables, what a terminal has room for
	Terms           []table.Term  // the definitions of the tables' words, each once
	// Commands measure this again. Build takes them from the runs, as far as
	// those tell; whoever knows the session's plan sets better ones.
	Commands []string

	set *metric.Set // everything derived from the runs
}

// Input is what a report is made of.
type Input struct {
	Runs   []*record.Run
	Unread []error                  // of files that could not be read and must not be passed over
	Path   func(*record.Run) string // where a run was read from, for the audit; may be nil
	Study  bool                     // with the tables of a study, whoever measured the runs
}

// Build makes the report of some runs.
func Build(runs []*record.Run, unread []error) Report {
	return Input{Runs: runs, Unread: unread}.Report()
}

// Report makes the report.
func (in Input) Report() Report {
	set := metric.NewSet(in.Runs)
	set.Study = in.Study
	found := trust.Audit(set, in.Path)
	r := Report{
		set:      set,
		Title:    "What a second concurrent agent costs or buys",
		Subtitle: subtitle(set), Label: set.Label(), Short: set.ShortLabel(),
		Findings: answer(set, found), Reading: reading(set), Figures: figures(set),
		Recommendations: metric.Recommendations(set), Audit: found, Commands: commands(set),
	}
	for _, err := range in.Unread {
		r.Unread = append(r.Unread, err.Error())
	}
	r.Tables = Tables(set, found)
	r.Main = Main(set, r.Tables)
	for _, t := range set.Mark(provenance(set)) {
		t.Section = table.SectionReproducibility
		r.Tables = append(r.Tables, t)
	}
	r.Tables = slices.DeleteFunc(r.Tables, func(t table.Table) bool { return len(t.Rows) == 0 && t.ID != "failed" })
	r.Terms = metric.Glossary(r.Tables)
	return r
}

// Add adds a table of whoever knows more of a session than its runs say.
func (r *Report) Add(t table.Table) {
	if len(t.Rows) > 0 {
		r.Tables = append(r.Tables, t)
		r.Terms = metric.Glossary(r.Tables)
	}
}

// Doubt puts what does not hold of the session where nobody can miss it: above
// everything, and before the answer. A report is written all the same.
func (r *Report) Doubt(said string) {
	if said != "" {
		r.Invalid = said
		r.Findings = slices.Insert(slices.Clone(r.Findings), 0, said)
	}
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
	for _, t := range r.Tables {
		files["tables/"+t.ID+".csv"] = table.CSV(t)
	}
	for name, content := range files {
		if err := results.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(content)); err != nil {
			return "", fmt.Errorf("report: %w", err)
		}
	}
	return filepath.Join(dir, "report.html"), nil
}
