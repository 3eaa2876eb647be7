package findings

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// longest is how many rows a table for readers has: the study's largest fits.
const longest = 60

// Markdown renders the audit for readers.
func (a Audit) Markdown() string { return a.render(markdown) }

// Text renders the audit for a terminal.
func (a Audit) Text() string { return a.render(plain) }

// render writes the titles first: who reads no further has seen what was found.
func (a Audit) render(s style) string {
	var b strings.Builder
	b.WriteString(s.heading(1, "Audit") + "\n")
	paragraph(&b, s.escape(a.subject()))
	paragraph(&b, s.escape(a.counted()))
	found, root := record.OnlyFound(a.Findings), folder(a.Findings)
	for _, f := range found {
		b.WriteString("* " + f.Severity + ": " + s.escape(f.Title) + "\n")
	}
	if len(found) > 0 {
		b.WriteString("\n")
	}
	for i, f := range found {
		b.WriteString(s.heading(2, fmt.Sprintf("%d. %s", i+1, s.escape(f.Title))) + "\n")
		finding(&b, s, f, root)
	}
	rest(&b, s, "Checked: nothing found", record.NothingFound, a.Findings)
	rest(&b, s, "Not applicable", record.NotApplicable, a.Findings)
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// finding is one with its evidence, what to do, its figures and its files.
func finding(b *strings.Builder, s style, f record.Finding, root string) {
	paragraph(b, fmt.Sprintf("%s · %s", f.Severity, s.code(f.Code)))
	paragraph(b, s.escape(f.Evidence))
	if f.Do != "" {
		paragraph(b, "To do: "+s.escape(f.Do)+".")
	}
	figures(b, s, f.Figures)
	files(b, s, f.Places, root)
}

// figures prints those of something as a grid, and those of everything as a
// list before it.
func figures(b *strings.Builder, s style, all []record.Figure) {
	var of []record.Figure
	lines := 0
	for _, f := range all {
		if f.Of != "" {
			of = append(of, f)
			continue
		}
		b.WriteString("* " + s.escape(strings.TrimSpace(f.Name+": "+f.Cell()+" "+f.Unit)) + "\n")
		lines++
	}
	if lines > 0 {
		b.WriteString("\n")
	}
	for _, p := range pivots(of) {
		grid(b, s, p)
	}
}

// grid prints the first rows of a table.
func grid(b *strings.Builder, s style, p pivot) {
	hidden := len(p.rows) - longest
	p.rows = p.rows[:min(len(p.rows), longest)]
	b.WriteString(s.grid(p) + "\n")
	if hidden > 0 {
		paragraph(b, fmt.Sprintf("… and %d more rows; JSON has all.", hidden))
	}
}

// rest lists the rules of another verdict, each with its sentence.
func rest(b *strings.Builder, s style, title, verdict string, findings []record.Finding) {
	var items []string
	for _, f := range findings {
		if f.Verdict == verdict {
			items = append(items, table.Wrap("* "+s.code(f.Code)+": "+s.escape(f.Evidence), width, ""))
		}
	}
	if len(items) > 0 {
		b.WriteString(s.heading(2, title) + "\n" + strings.Join(items, "") + "\n")
	}
}

// paragraph breaks a text into lines.
func paragraph(b *strings.Builder, text string) {
	b.WriteString(table.Wrap(text, width, "") + "\n")
}
