package report

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/analysis/audit"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/report/tabular"
)

// Markdown renders the report for a repository or a terminal. Figures are
// links to the files that Write puts beside it.
func (r Report) Markdown() string {
	var b strings.Builder
	b.WriteString("# " + tabular.Escape(r.Title) + "\n\n")
	if r.Invalid != "" {
		b.WriteString("> **" + tabular.Escape(r.Invalid) + "**\n\n")
	}
	if r.Label != "" {
		b.WriteString("> **" + tabular.Escape(r.Label) + "**\n\n")
	}
	b.WriteString(tabular.Escape(r.Subtitle) + "\n\n## Contents\n\n")
	parts := r.Parts()
	for _, p := range parts {
		fmt.Fprintf(&b, "- [%s](#%s)\n", p.Heading(), p.ID)
	}
	for _, p := range parts {
		p.markdown(&b, r.Label)
	}
	return b.String()
}

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
		auditMarkdown(b, f)
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

func list(b *strings.Builder, items []string) {
	if len(items) > 0 {
		b.WriteString("\n")
	}
	for _, s := range items {
		b.WriteString("- " + tabular.Escape(s) + "\n")
	}
}

func auditMarkdown(b *strings.Builder, f audit.Finding) {
	fmt.Fprintf(b, "\n### %s (%s)\n\n%s\n", tabular.Escape(f.Title), f.Severity, tabular.Escape(f.Text))
}

func figureMarkdown(b *strings.Builder, f plot.Figure, label string) {
	b.WriteString("\n### " + tabular.Escape(f.Title) + "\n\n")
	if label != "" {
		b.WriteString("**" + tabular.Escape(label) + "**\n\n")
	}
	b.WriteString("![" + tabular.Escape(f.Desc) + "](figures/" + f.ID + ".svg)\n\n" + tabular.Escape(f.Caption) + "\n")
}

// tableMarkdown is the table one level deeper than where it stands alone.
func tableMarkdown(b *strings.Builder, t analysis.Table) {
	t, rest := cut(t)
	b.WriteString("\n#" + tabular.Markdown(t))
	if rest != "" {
		b.WriteString("\n" + rest + "\n")
	}
}

func termsMarkdown(b *strings.Builder, terms []analysis.Term) {
	if len(terms) > 0 {
		b.WriteString("\n")
	}
	for _, t := range terms {
		b.WriteString("- **" + tabular.Escape(t.Name) + "**: " + tabular.Escape(t.Text) + "\n")
	}
}
