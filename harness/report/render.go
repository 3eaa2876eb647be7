package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

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
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"finding": func(f record.Finding) template.HTML { return template.HTML(findings.HTML(f)) },
	"svg":     func(f plot.Figure) template.HTML { return template.HTML(f.SVG()) },
	"style":   func() template.CSS { return template.CSS(pageStyle + plot.Style) },
	"script":  func() template.JS { return template.JS(pageScript) },
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

// Markdown renders the report for a repository or a terminal. Figures are
// links to the files that Write puts beside it.
func (r Report) Markdown() string {
	var b strings.Builder
	b.WriteString("# " + table.Escape(r.Title) + "\n\n")
	if r.Invalid != "" {
		b.WriteString("> **" + table.Escape(r.Invalid) + "**\n\n")
	}
	if r.Label != "" {
		b.WriteString("> **" + table.Escape(r.Label) + "**\n\n")
	}
	b.WriteString(table.Escape(r.Subtitle) + "\n\n## Contents\n\n")
	parts := r.Parts()
	for _, p := range parts {
		fmt.Fprintf(&b, "- [%s](#%s)\n", p.Heading(), p.ID)
	}
	for _, p := range parts {
		p.markdown(&b, r.Label)
	}
	return b.String()
}

// markdown is one part, in the order of the page.
func (p Part) markdown(b *strings.Builder, label string) {
	fmt.Fprintf(b, "\n<a id=\"%s\"></a>\n\n## %s\n", p.ID, strings.TrimSpace(p.Heading()+" "+bracketed(p.Loud)))
	if p.Intro != "" {
		b.WriteString("\n" + p.Intro + "\n")
	}
	list(b, p.Items)
	if len(p.Code) > 0 {
		b.WriteString("\n```sh\n" + strings.Join(p.Code, "\n") + "\n```\n")
	}
	for _, f := range p.Audit {
		b.WriteString("\n" + strings.TrimSuffix(findings.Markdown(f), "\n"))
	}
	for _, f := range p.Figures {
		figureMarkdown(b, f, label)
	}
	for _, t := range p.Tables {
		tableMarkdown(b, t)
	}
	termsMarkdown(b, p.Terms)
}

// bracketed is the short label in brackets.
func bracketed(word string) string {
	if word == "" {
		return ""
	}
	return "(" + word + ")"
}

// list is sentences as a list, after an empty line.
func list(b *strings.Builder, items []string) {
	if len(items) > 0 {
		b.WriteString("\n")
	}
	for _, s := range items {
		b.WriteString("- " + table.Escape(s) + "\n")
	}
}

// figureMarkdown repeats the label as text: an image cannot be searched.
func figureMarkdown(b *strings.Builder, f plot.Figure, label string) {
	b.WriteString("\n### " + table.Escape(f.Title) + "\n\n")
	if label != "" {
		b.WriteString("**" + table.Escape(label) + "**\n\n")
	}
	b.WriteString("![" + table.Escape(f.Desc) + "](figures/" + f.ID + ".svg)\n\n" + table.Escape(f.Caption) + "\n")
}

// tableMarkdown is the table one level deeper than where it stands alone.
func tableMarkdown(b *strings.Builder, t table.Table) {
	t, rest := cut(t)
	b.WriteString("\n#" + table.Markdown(t))
	if rest != "" {
		b.WriteString("\n" + rest + "\n")
	}
}

// termsMarkdown is the glossary.
func termsMarkdown(b *strings.Builder, terms []table.Term) {
	if len(terms) > 0 {
		b.WriteString("\n")
	}
	for _, t := range terms {
		b.WriteString("- **" + table.Escape(t.Name) + "**: " + table.Escape(t.Text) + "\n")
	}
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
