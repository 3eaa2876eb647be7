package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"strings"

	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

//go:embed page.html.tmpl
var pageText string

//go:embed page.css
var pageStyle string

// pageScript sorts tables; without it everything is there, in the order of the
// study.
//
//go:embed page.js
var pageScript string

// page escapes everything that comes from runs: names, errors, replies. Only
// the figures, which escape for themselves, and our own CSS and script are let
// through; the policy lets no other script run, should a word ever get past.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"svg":    func(f plot.Figure) template.HTML { return template.HTML(f.SVG()) },
	"style":  func() template.CSS { return template.CSS(pageStyle + plot.Style) },
	"script": func() template.JS { return template.JS(pageScript) },
	"policy": policy,
	"cell":   table.Cell,
	"groups": groups,
	"number": func(t table.Table, i int) bool { return !t.Columns[i].Text },
	"column": func(t table.Table, i int) table.Column { return t.Columns[i] },
	"unit":   table.SubUnit,
	"show":   show,
	"nb":     func(s string) string { return strings.ReplaceAll(s, " %", "\u00a0%") }, // no line begins with a percent sign
}).Parse(pageText))

// policy forbids everything that a page which opens offline does not need.
func policy() string {
	sum := sha256.Sum256([]byte(pageScript))
	return "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}

// narrow is how many columns the text's column has room for.
const narrow = 8

// shown is a table as the page has it: without the columns that are the same in
// all rows, and no longer than a page bears.
type shown struct {
	table.Table
	Every    string // what the columns say that are the same
	Rest     string // where the rows are that are not here
	Sortable bool
	Wide     bool // wants more room than the text's column
}

// show cuts before it folds: a column may be the same in all rows that are on the
// page, and the line above them is about those.
func show(t table.Table) shown {
	t, rest := cut(t)
	f, every := table.Fold(t)
	return shown{f, every, rest, len(f.Rows) > 2, len(f.Columns) > narrow}
}

// heading is a cell of a table's first heading line; Span is how many columns
// it covers, At is the first of them, and a column without a group covers both
// lines.
type heading struct {
	Name, Unit string
	At, Span   int
	Single     bool
	Number     bool
}

// groups are the cells of the first heading line.
func groups(t table.Table) []heading {
	var out []heading
	for _, g := range table.Groups(t.Columns) {
		c := t.Columns[g.From]
		h := heading{Name: g.Name, Unit: g.Unit, At: g.From, Span: g.To - g.From, Number: !c.Text}
		if g.Name == "" {
			h = heading{Name: c.Name, Unit: c.Unit, At: g.From, Span: 1, Single: true, Number: !c.Text}
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
