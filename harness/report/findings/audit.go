// Package findings renders what checks say of runs and sessions as Markdown, plain
// text or JSON: an audit of a set of runs, and the validation of sessions.
//
// Every format of one says the same: what was asked, every check that found
// something with its evidence, its figures and its files, then the checks that found
// nothing and those that could not be applied. Markdown and text are for reading, on
// a terminal too: their lines are broken, their tables aligned, and of many files
// only the first few are named; what files say of themselves is no markup there and
// moves no cursor. JSON is for machines and names every file. The same findings are
// the same bytes.
package findings

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// Audit is what the rules of an audit say, with what was audited.
type Audit struct {
	Schema   string           `json:"schema"` // Schema
	Runs     int              `json:"runs"`
	Label    string           `json:"label,omitempty"` // SIMULATED, SYNTHETIC MODELS
	Backend  string           `json:"backend"`
	Found    map[string]int   `json:"found"` // findings by severity
	Findings []record.Finding `json:"findings"`
}

// Schema names the layout of the JSON of audits and validations: both have findings
// (record.Finding), and beside them what was asked.
const Schema = "duet.findings/1"

// JSON renders an Audit or a Validation for machines, indented, with a line's end.
func JSON(document any) (string, error) {
	b, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return "", fmt.Errorf("findings: %w", err)
	}
	return string(b) + "\n", nil
}

// NewAudit puts findings about a set into an audit.
func NewAudit(s *metric.Set, findings []record.Finding) Audit {
	a := Audit{
		Schema: Schema, Runs: len(s.Rows), Label: s.ShortLabel(), Backend: s.Backend(),
		Found: map[string]int{record.SeverityError: 0, record.SeverityWarning: 0, record.SeverityNote: 0}, Findings: findings,
	}
	for _, f := range record.OnlyFound(findings) {
		a.Found[f.Severity]++
	}
	return a
}

// subject says what was audited.
func (a Audit) subject() string {
	s := fmt.Sprintf("%d runs, backend: %s", a.Runs, a.Backend)
	if a.Label != "" {
		s += " – " + a.Label
	}
	return s
}

// counted says how many rules gave which answer.
func (a Audit) counted() string {
	verdicts := map[string]int{}
	for _, f := range a.Findings {
		verdicts[f.Verdict]++
	}
	return fmt.Sprintf("%d rules: %d found something (%s), %d found nothing, %d not applicable.", len(a.Findings), verdicts[record.Found],
		strings.Join([]string{plural(a.Found[record.SeverityError], "error"), plural(a.Found[record.SeverityWarning], "warning"), plural(a.Found[record.SeverityNote], "note")}, ", "),
		verdicts[record.NothingFound], verdicts[record.NotApplicable])
}

// plural is a number of things in words.
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
