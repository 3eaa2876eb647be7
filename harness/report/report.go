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
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/findings"
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
		Title:    crowdOf(set.Rows).pick("What a second concurrent agent costs or buys", "What concurrent agents cost or buy"),
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

// Complete adds all that can be read. What cannot is in unknown, a sentence each,
// and the verdict is nil where that is one of them. The report is written all the same.
// With a tree, which are the runs that the report was made of and all of the folder's,
// validation neither reads nor derives them again.
func Complete(r *Report, folder string, tree *results.Tree) (verdict *trust.Verdict, unknown []error) {
	file, _, err := results.Read(folder)
	if err != nil {
		unknown = append(unknown, fmt.Errorf("the commands come from the runs alone, and the session's machines, meters and findings are not known: %w", err))
	}
	if file != nil {
		r.Commands = file.Commands()
		for _, t := range append(SelfTestTables(file.SelfTests()), file.Machines(), FindingsTable(file.AllFindings())) {
			r.Add(t)
		}
	}
	var v trust.Verdict
	if tree != nil {
		v, err = trust.ValidateTree(folder, *tree, r.set)
	} else {
		v, err = trust.Validate(folder)
	}
	if err != nil {
		return nil, append(unknown, fmt.Errorf("whether the session is valid is not known: %w", err))
	}
	r.Add(findings.ValidationTable(v))
	r.Doubt(v.Said())
	return &v, unknown
}

// Study is what the room of another tool's runs says of them in a report. It
// registers itself, as a database driver does.
type Study struct {
	Prefix  string                          // that the ids of its tables begin with
	Tables  func(*metric.Set) []table.Table // by that tool's formulas, of any runs
	Answer  func(*metric.Set) []string      // sentences about its own pairs
	Reading []string                        // how to read a report of its own runs
}

// study is empty in a program that imports no such room.
var study Study

// RegisterStudy is called by that room.
func RegisterStudy(s Study) { study = s }

// studyTables are about the runs that the study measured, and about all where
// they are asked for: its formulas do not compare what duet measured.
func studyTables(set *metric.Set) []table.Table {
	if study.Tables == nil {
		return nil
	}
	wanted := *set
	if !set.Study {
		wanted.Rows = slices.DeleteFunc(slices.Clone(set.Rows), func(r *metric.Row) bool { return !r.Imported() })
	}
	return study.Tables(&wanted)
}

// Tables is every table there is about a set: duet's own, what a study that runs
// come from has by its own formulas, and the audit's. Each has a Section and an ID
// of its own.
func Tables(set *metric.Set, found []record.Finding) []table.Table {
	return slices.Concat(set.Tables(), metric.MatrixTables(set), studyTables(set), set.Mark(findings.AuditTables(found)))
}

// Main are those of all tables that a terminal has room for: duet's own without
// every run of it, and the study's where asked for; where nothing was measured,
// the body of the report. Appendices are left out.
func Main(set *metric.Set, all []table.Table) []table.Table {
	own := func(t table.Table) bool {
		asked := set.Study && strings.HasPrefix(t.ID, study.Prefix)
		return !Appendix(t.Section) && (asked || slices.Contains(Core, t.ID))
	}
	if set.Imported() {
		own = func(t table.Table) bool { return slices.Contains(body, t.Section) }
	}
	return slices.DeleteFunc(slices.Clone(all), func(t table.Table) bool { return !own(t) || len(t.Rows) == 0 && t.ID != "failed" })
}

// Core are duet's own tables that a terminal has room for: those of Set.Tables but
// for the ones with a row per run. body are the sections that answer.
var (
	Core = []string{"runtime", "model_runtime", "config", "rates", "single", "energy", "energy_single", "ttft", "warnings", "failed"}
	body = []string{table.SectionSummary, table.SectionScope, table.SectionMulti, table.SectionSingle}
)

// Appendix reports whether a section is one: appendices have letters.
func Appendix(section string) bool {
	return len(section) == 1 && section >= "A" && section <= "Z"
}
