package report

import (
	"strings"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/report/tabular"
)

// Markdown renders the report for a repository or a terminal. Figures are
// links to the files that Write puts beside it.
func (r Report) Markdown() string {
	var b strings.Builder
	b.WriteString("# " + tabular.Escape(r.Title) + "\n\n")
	if r.Label != "" {
		b.WriteString("> **" + tabular.Escape(r.Label) + "**\n\n")
	}
	b.WriteString(tabular.Escape(r.Subtitle) + "\n")
	list(&b, strings.TrimSpace("The answer "+r.loud()), r.Findings)
	list(&b, "How to read this", r.Reading)
	for _, f := range r.Figures {
		b.WriteString("\n## " + tabular.Escape(f.Title) + "\n\n")
		if r.Label != "" {
			b.WriteString("**" + tabular.Escape(r.Label) + "**\n\n")
		}
		b.WriteString("![" + tabular.Escape(f.Desc) + "](figures/" + f.ID + ".svg)\n\n" + tabular.Escape(f.Caption) + "\n")
	}
	sections(&b, r.Tables, r.Doubts)
	if g := tabular.Glossary(r.Terms); g != "" {
		b.WriteString("\n" + g)
	}
	list(&b, "Files that could not be read", r.Unread)
	b.WriteString("\n## Do it again\n\n```\n" + strings.Join(r.Commands, "\n") + "\n```\n")
	sections(&b, r.Source, r.Runs)
	return b.String()
}

// loud is the short label in brackets.
func (r Report) loud() string {
	if r.Short == "" {
		return ""
	}
	return "(" + r.Short + ")"
}

func list(b *strings.Builder, title string, items []string) {
	if len(items) == 0 {
		return
	}
	b.WriteString("\n## " + title + "\n\n")
	for _, s := range items {
		b.WriteString("- " + tabular.Escape(s) + "\n")
	}
}

func sections(b *strings.Builder, groups ...[]analysis.Table) {
	for _, g := range groups {
		for _, t := range g {
			b.WriteString("\n" + tabular.Markdown(t))
		}
	}
}
