// Package auditreport renders an audit's findings as Markdown, plain text or
// JSON.
//
// All three say the same: what was audited, every rule that found something
// with its paragraph, its figures and its files, then the rules that found
// nothing and those that could not be applied. Markdown and text are for
// reading, on a terminal too: their lines are broken, their tables aligned, and
// of many files only the first few are named. JSON is for machines and names
// every file. The same findings are the same bytes.
package auditreport

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// Document is an audit with what was audited.
type Document struct {
	Schema   string           `json:"schema"` // "duet.findings/1"
	Runs     int              `json:"runs"`
	Label    string           `json:"label,omitempty"` // SIMULATED, SYNTHETIC MODELS
	Backend  string           `json:"backend"`
	Found    map[string]int   `json:"found"` // findings by severity
	Findings []record.Finding `json:"findings"`
}

// Schema names the layout of the JSON.
const Schema = "duet.findings/1"

// New puts findings about a set into a document.
func New(s *metric.Set, findings []record.Finding) Document {
	d := Document{
		Schema: Schema, Runs: len(s.Rows), Label: s.ShortLabel(), Backend: s.Backend(),
		Found: map[string]int{record.SeverityError: 0, record.SeverityWarning: 0, record.SeverityNote: 0}, Findings: findings,
	}
	for _, f := range record.OnlyFound(findings) {
		d.Found[f.Severity]++
	}
	return d
}

// subject says what was audited.
func (d Document) subject() string {
	s := fmt.Sprintf("%d runs, backend: %s", d.Runs, d.Backend)
	if d.Label != "" {
		s += " – " + d.Label
	}
	return s
}

// counted says how many rules gave which answer.
func (d Document) counted() string {
	verdicts := map[string]int{}
	for _, f := range d.Findings {
		verdicts[f.Verdict]++
	}
	return fmt.Sprintf("%d rules: %d found something (%s), %d found nothing, %d not applicable.", len(d.Findings), verdicts[record.Found],
		strings.Join([]string{plural(d.Found[record.SeverityError], "error"), plural(d.Found[record.SeverityWarning], "warning"), plural(d.Found[record.SeverityNote], "note")}, ", "),
		verdicts[record.NothingFound], verdicts[record.NotApplicable])
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
