package report

import (
	_ "embed"
	"html/template"
	"strings"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/report/tabular"
)

//go:embed page.html.tmpl
var pageText string

//go:embed page.css
var pageStyle string

// page escapes everything that comes from runs: names, errors, replies. Only
// the figures, which escape for themselves, and our own CSS are let through.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"svg":    func(f plot.Figure) template.HTML { return template.HTML(f.SVG()) },
	"style":  func() template.CSS { return template.CSS(pageStyle + plot.Style) },
	"cell":   tabular.Cell,
	"groups": groups,
	"number": func(t analysis.Table, i int) bool { return !t.Columns[i].Text },
	"column": func(t analysis.Table, i int) analysis.Column { return t.Columns[i] },
	"unit":   tabular.SubUnit,
	"fold":   fold,
	"nb":     func(s string) string { return strings.ReplaceAll(s, " %", "\u00a0%") }, // no line begins with a percent sign
}).Parse(pageText))

// folded is a table without the columns that are the same in all rows.
type folded struct {
	analysis.Table
	Every string // what they say
}

func fold(t analysis.Table) folded {
	f, every := tabular.Fold(t)
	return folded{f, every}
}

// heading is a cell of a table's first heading line; Span is how many columns
// it covers, and a column without a group covers both lines.
type heading struct {
	Name, Unit string
	Span       int
	Single     bool
	Number     bool
}

func groups(t analysis.Table) []heading {
	var out []heading
	for _, g := range tabular.Groups(t.Columns) {
		c := t.Columns[g.From]
		h := heading{Name: g.Name, Unit: g.Unit, Span: g.To - g.From, Number: !c.Text}
		if g.Name == "" {
			h = heading{Name: c.Name, Unit: c.Unit, Span: 1, Single: true, Number: !c.Text}
		}
		out = append(out, h)
	}
	return out
}

// HTML renders the report as one file.
func (r Report) HTML() (string, error) {
	var b strings.Builder
	if err := page.Execute(&b, r); err != nil {
		return "", err
	}
	return b.String(), nil
}
