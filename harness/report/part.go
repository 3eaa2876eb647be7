package report

import (
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

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
