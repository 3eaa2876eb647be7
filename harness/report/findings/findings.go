// Package findings renders what checks say, whoever asked them: an audit of a set of
// runs, the validation of sessions, the look at a machine. It is the one place that
// lays findings out, for a terminal, as Markdown, as HTML and as JSON.
//
// # Shape
//
//	Audit, Validation   what a command says, as JSON has it
//	Page                findings with what they are about, as people read them
//	Format              one of the formats by its name
//	Markdown, HTML      one finding, for a report that has its figures elsewhere
//	AuditTables, …      findings as tables of a report
//
// Every format says the same: what was asked, every check that found something with
// its evidence, what to do, its figures and its files, then the checks that found
// nothing and those that could not be applied. What people read has broken lines and
// aligned tables and names the first few of many files; what files say of themselves
// is no markup there and moves no cursor. JSON names every file. The same findings are
// the same bytes.
package findings

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/trust"
)

// Page is findings with what they are about.
type Page struct {
	Title    string
	About    []string // paragraphs: what was asked, and how it came out
	Against  string   // before the title of what was found, where titles say what should hold
	Clear    string   // heading of the checks that found nothing
	Findings []record.Finding
}

// Document is what a command says.
type Document interface{ Pages() []Page }

// Format is the writer of a format: json, md or text.
func Format(name string) (func(Document) (string, error), error) {
	switch name {
	case "json":
		return JSON, nil
	case "md":
		return func(d Document) (string, error) { return render(markdown, d), nil }, nil
	case "text":
		return func(d Document) (string, error) { return render(plain, d), nil }, nil
	}
	return nil, fmt.Errorf("unknown format %q; there are json, md, text", name)
}

// JSON renders a document for machines, indented, with a line's end.
func JSON(d Document) (string, error) {
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return "", fmt.Errorf("findings: %w", err)
	}
	return string(b) + "\n", nil
}

// Text renders a page for a terminal.
func (p Page) Text() string { return p.render(plain) }

// Markdown and HTML are one finding under a heading of level 3, without its figures
// and its files.
func Markdown(f record.Finding) string { return markdown.finding(3, f.Title, f) }

// HTML is Markdown for a page.
func HTML(f record.Finding) string { return hypertext.finding(3, f.Title, f) }

func render(s style, d Document) string {
	var pages []string
	for _, p := range d.Pages() {
		pages = append(pages, p.render(s))
	}
	return strings.Join(pages, "\n")
}

// render writes the titles first: who reads no further has seen what was found.
func (p Page) render(s style) string {
	b := s.heading(1, s.escape(p.Title))
	for _, about := range p.About {
		b += s.paragraph(s.escape(about))
	}
	found, root := record.OnlyFound(p.Findings), folder(p.Findings)
	var titles []string
	for _, f := range found {
		titles = append(titles, f.Severity+": "+s.escape(p.title(f)))
	}
	b += list(titles)
	for i, f := range found {
		b += s.finding(2, fmt.Sprintf("%d. %s", i+1, p.title(f)), f) + s.figures(f.Figures) + s.files(f.Places, root)
	}
	b += s.rest(p.Clear, record.NothingFound, p.Findings) + s.rest("Not applicable", record.NotApplicable, p.Findings)
	return strings.TrimRight(b, "\n") + "\n"
}

// title is a finding's; a look at a machine has but one sentence for both.
func (p Page) title(f record.Finding) string { return p.Against + cmp.Or(f.Title, f.Evidence) }

// finding is one with its evidence and what to do.
func (s style) finding(level int, title string, f record.Finding) string {
	b := s.heading(level, s.escape(title)) + s.paragraph(s.label(f.Severity)+" · "+s.code(f.Code)+share(f, f.Affected))
	if f.Evidence != "" && !strings.HasSuffix(title, f.Evidence) {
		b += s.paragraph(s.escape(f.Evidence))
	}
	if f.Do != "" {
		b += s.paragraph("To do: " + s.escape(f.Do))
	}
	return b
}

// share is n of how many a check was asked; "" where nobody counts.
func share(f record.Finding, n int) string {
	if f.Of == 0 {
		return ""
	}
	return fmt.Sprintf(" · %d of %d", n, f.Of)
}

// rest lists the checks of another verdict, each with its sentence.
func (s style) rest(title, verdict string, findings []record.Finding) string {
	var items []string
	for _, f := range findings {
		if f.Verdict == verdict {
			items = append(items, s.code(f.Code)+share(f, f.Of-f.Affected)+": "+s.escape(strings.TrimSpace(f.Title+" "+f.Evidence)))
		}
	}
	if len(items) == 0 {
		return ""
	}
	return s.heading(2, title) + list(items)
}

// figures are a list of those of everything, then a grid of those of something.
func (s style) figures(all []record.Figure) string {
	var of []record.Figure
	var lines []string
	for _, f := range all {
		if f.Of != "" {
			of = append(of, f)
		} else {
			lines = append(lines, s.escape(strings.TrimSpace(f.Name+": "+f.Cell()+" "+f.Unit)))
		}
	}
	b := list(lines)
	for _, part := range related(of) {
		rows := pivot(part, s.escape)
		b += s.grid(rows[:min(len(rows), longest+1)]) + "\n"
		if hidden := len(rows) - longest - 1; hidden > 0 {
			b += s.paragraph(fmt.Sprintf("… and %d more rows; JSON has all.", hidden))
		}
	}
	return b
}

// longest is how many rows a table for readers has: the study's largest fits. named is
// how many files a finding names for them.
const (
	longest = 60
	named   = 5
)

// files names the first few, below the folder that all have in common: the rest of a
// path is what tells them apart.
func (s style) files(all []record.Place, root string) string {
	if len(all) == 0 {
		return ""
	}
	b := trust.Things(len(all), "file")
	if len(all) == 1 {
		root = ""
	}
	if root != "" {
		b += " below " + s.code(root)
	}
	b += ":\n\n"
	for _, p := range all[:min(len(all), named)] {
		b += "* " + s.code(strings.TrimPrefix(p.File, root)) // a path is not broken
		if p.Reason != "" {
			b += ": " + s.escape(p.Reason)
		}
		b += "\n"
	}
	if n := len(all) - named; n > 0 {
		b += fmt.Sprintf("* … and %d more; JSON names all\n", n)
	}
	return b + "\n"
}

// folder is the folder that every file of the findings lies in, with a slash at its
// end; "" where they share none. It is cut back folder by folder, so that half a name
// is never taken for one.
func folder(findings []record.Finding) string {
	root, first := "", true
	for _, f := range findings {
		for _, p := range f.Places {
			if dir, _ := path.Split(p.File); first {
				root, first = dir, false
			}
			for root != "" && !strings.HasPrefix(p.File, root) {
				root, _ = path.Split(strings.TrimSuffix(root, "/"))
			}
		}
	}
	return root
}
