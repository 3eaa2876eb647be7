package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	html "html/template"
	"slices"
	"strings"
	"text/template"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/findings"
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
// the figures and the findings, which escape for themselves, and our own CSS and script are let
// through; the policy lets no other script run, should a word ever get past.
var page = html.Must(html.New("page").Funcs(html.FuncMap{
	"finding": func(f record.Finding) html.HTML { return html.HTML(findings.HTML(f)) },
	"svg":     func(f plot.Figure) html.HTML { return html.HTML(f.SVG()) },
	"style":   func() html.CSS { return html.CSS(pageStyle + plot.Style) },
	"script":  func() html.JS { return html.JS(pageScript) },
	"policy":  policy,
	"cell":    table.Cell,
	"groups":  groups,
	"number":  func(t table.Table, i int) bool { return !t.Columns[i].Text },
	"column":  func(t table.Table, i int) table.Column { return t.Columns[i] },
	"unit":    table.SubUnit,
	"show":    show,
	"nb":      func(s string) string { return strings.ReplaceAll(s, " %", "\u00a0%") }, // no line begins with a percent sign
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

//go:embed report.md.tmpl
var markdownText string

// markdown escapes all that comes from runs. Figures are links to the files that Write
// puts beside it; their label is repeated as text, since an image cannot be searched.
var markdown = template.Must(template.New("report.md").Funcs(template.FuncMap{
	"escape": table.Escape, "table": tableMarkdown,
	"finding": func(f record.Finding) string { return strings.TrimRight(findings.Markdown(f), "\n") },
}).Parse(markdownText))

// Markdown renders the report for a repository or a terminal.
func (r Report) Markdown() string {
	var b strings.Builder
	if err := markdown.Execute(&b, r); err != nil {
		panic("report: the template does not fit a report: " + err.Error())
	}
	return b.String()
}

// Loud is what must be said before anything else: why the session cannot be believed,
// and what was measured if not real models.
func (r Report) Loud() []string {
	return slices.DeleteFunc([]string{r.Invalid, r.Label}, func(s string) bool { return s == "" })
}

// tableMarkdown is the table one level deeper than where it stands alone.
func tableMarkdown(t table.Table) string {
	t, rest := cut(t)
	text := table.Markdown(t)
	if rest != "" {
		text += "\n" + rest + "\n"
	}
	return strings.TrimSuffix(text, "\n")
}

// A table of more than rowLimit rows is cut to rowsKept on the page and in
// report.md: 100,000 rows open in no browser. A full matrix of three models and
// six rounds has 126 runs.
const (
	rowLimit = 250
	rowsKept = 200
)

// cut is a table as a page has it, and what to say of the rest; "" when it is
// whole.
func cut(t table.Table) (table.Table, string) {
	n := len(t.Rows)
	if n <= rowLimit {
		return t, ""
	}
	t.Rows = t.Rows[:rowsKept]
	return t, fmt.Sprintf("These are the first %d of %d rows. All of them are in tables/%s.csv, beside this file.", rowsKept, n, t.ID)
}
