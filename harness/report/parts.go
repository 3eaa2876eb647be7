package report

import (
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

// sectionReading and the others are parts of a report that no table names.
const (
	sectionReading     = "reading"
	sectionUnread      = "unread"
	sectionAudit       = "audit"
	sectionDefinitions = "definitions"
)

// section is a part of every report, in words that hold for all of them.
type section struct{ id, title, intro string }

// sections, in the order of the study's own report: what it says, what it is
// about, the analysis, what follows, how to do it again, what to doubt, and the
// appendices, which are lettered as far as there are any: of the study's own runs
// A to K, as the study has them.
var sections = []section{
	{table.SectionSummary, "Executive summary", ""},
	{sectionUnread, "Files that could not be read", "Nothing in this report knows of these files."},
	{sectionReading, "How to read this", ""},
	{table.SectionScope, "Scope and coverage", "Which runtimes, models and scenarios were run, how often, and what came out in one line each."},
	{table.SectionMulti, "Multi-agent analysis", "Agents at once against one after the other, by runtime, model and cell, with what the repetitions allow to say."},
	{table.SectionSingle, "Single-agent analysis", "One agent on its own: what the tuned options change against the baseline."},
	{table.SectionImbalance, "Throughput and TTFT imbalance", "How evenly the agents were served: the differences between them in speed and in time to first token."},
	{table.SectionStability, "Stability and contention", "How far runs of one cell lie apart, whether the first differs from the rest, who was slowed down, and which runs are doubtful or failed."},
	{table.SectionRecommendations, "Recommendations", "Rules over the numbers above; each sentence holds for these runs and names the figures it rests on."},
	{table.SectionReproducibility, "Reproducibility", "What is needed to measure this again: the commands, the code, the machine, the servers with their ports and versions, the models with their digests, the options."},
	{sectionAudit, "Audit", "What makes figures mean less than they seem to, found by rule. A rule that found nothing, or could not be applied, is in the table of the appendix Validation."},
	{sectionDefinitions, "Definitions", "The words of the tables, each once."},
	{table.AppendixFlat, "Flat tables", "Every dual-agent run, one per row."},
	{table.AppendixRuns, "Runs and their statistics", "Runs by configuration, with distribution, correlation and variance."},
	{table.AppendixSingle, "Single-agent configurations", "Every single-agent configuration and run."},
	{table.AppendixCards, "Configuration cards", "Each configuration on one line, by name."},
	{table.AppendixManifest, "Metrics files", "The files that these figures were read from."},
	{table.AppendixNotes, "Dual-agent run notes", "What each dual-agent run did."},
	{table.AppendixRaw, "Single-agent run notes", "What each single-agent run did."},
	{table.AppendixPlan, "Views of the study's plan", "What the study's plan promised: normalised figures, winners, frontiers, placement, what dominates."},
	{table.AppendixValidation, "Validation", "Checks that are computed from the runs, and the audit with all its figures."},
	{table.AppendixRunbook, "Runbook", "These commands make every figure of this report again from the raw files; PATH is their folder."},
	{table.AppendixSamples, "Efficiency samples", "Every efficiency, sorted."},
}

// runbook turns raw files into figures.
var runbook = []string{
	"go run ./tools/benchfmt report -o DIR PATH     # this report",
	"go run ./tools/benchfmt tables -all PATH       # every table, in a terminal",
	"go run ./tools/benchfmt tables -all -format csv PATH",
	"go run ./tools/benchfmt audit PATH             # what to doubt, with the files",
}

// Part is a section with everything that stands in it.
type Part struct {
	ID      string // the page's anchor
	Number  string // 1, 2, …; appendices A, B, …
	Title   string
	Loud    string // label beside the title; "" when real models were measured
	Intro   string
	Items   []string // sentences
	Code    []string // lines for a shell
	Audit   []record.Finding
	Terms   []table.Term
	Figures []plot.Figure
	Tables  []table.Table
}

// Heading is number and title.
func (p Part) Heading() string {
	if Appendix(p.Number) {
		return "Appendix " + p.Number + ". " + p.Title
	}
	return p.Number + ". " + p.Title
}

// empty reports whether nothing but an introduction is in the part.
func (p Part) empty() bool {
	return len(p.Items)+len(p.Code)+len(p.Audit)+len(p.Terms)+len(p.Figures)+len(p.Tables) == 0
}

// Parts are the report's sections that have something to say, in order. Numbers and
// letters are given to those alone, so that no reader looks for a section that is
// not there. What belongs to none of them comes in the last, rather than nowhere.
func (r Report) Parts() []Part {
	at := r.placed()
	var out []Part
	number, appendices := 0, 0
	for _, s := range sections {
		p := at[s.id]
		p.ID, p.Title, p.Intro = "s-"+strings.ToLower(s.id), s.title, s.intro
		r.words(p, s.id)
		if p.empty() {
			continue
		}
		if Appendix(s.id) {
			p.Number = string(rune('A' + appendices))
			appendices++
		} else {
			number++
			p.Number = strconv.Itoa(number)
		}
		out = append(out, *p)
	}
	return out
}

// placed puts figures and tables into their sections.
func (r Report) placed() map[string]*Part {
	at := map[string]*Part{}
	for _, s := range sections {
		at[s.id] = &Part{}
	}
	in := func(section string) *Part {
		if p := at[section]; p != nil {
			return p
		}
		return at[table.AppendixValidation]
	}
	for _, f := range r.Figures {
		p := in(f.Section)
		p.Figures = append(p.Figures, f)
	}
	for _, t := range r.Tables {
		p := in(t.Section)
		p.Tables = append(p.Tables, t)
	}
	return at
}

// words are what a section says besides figures and tables. The sections that
// people quote carry the label in their heading.
func (r Report) words(p *Part, section string) {
	switch section {
	case table.SectionSummary:
		p.Items, p.Loud = r.Findings, r.Short
	case sectionUnread:
		p.Items = r.Unread
	case sectionReading:
		p.Items = r.Reading
	case table.SectionRecommendations:
		p.Items, p.Loud = r.Recommendations, r.Short
	case table.SectionReproducibility:
		p.Code = r.Commands
	case sectionAudit:
		p.Audit = record.OnlyFound(r.Audit)
	case sectionDefinitions:
		p.Terms = r.Terms
	case table.AppendixRunbook:
		p.Code = runbook
	}
}
