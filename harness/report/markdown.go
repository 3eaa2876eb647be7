package report

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

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

// list is sentences as a list, after an empty line.
func list(b *strings.Builder, items []string) {
	if len(items) > 0 {
		b.WriteString("\n")
	}
	for _, s := range items {
		b.WriteString("- " + table.Escape(s) + "\n")
	}
}

// auditMarkdown is a finding's title and evidence; its figures are in the appendix.
func auditMarkdown(b *strings.Builder, f record.Finding) {
	fmt.Fprintf(b, "\n### %s (%s)\n\n%s\n", table.Escape(f.Title), f.Severity, table.Escape(f.Evidence))
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
