package findings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/trust"
)

// Schema names the layout of the JSON of audits and validations: both have findings
// (record.Finding), and beside them what was asked.
const Schema = "duet.findings/1"

// Audit is what the rules of an audit say, with what was audited.
type Audit struct {
	Schema   string           `json:"schema"` // Schema
	Runs     int              `json:"runs"`
	Label    string           `json:"label,omitempty"` // SIMULATED, SYNTHETIC MODELS
	Backend  string           `json:"backend"`
	Found    map[string]int   `json:"found"` // findings by severity
	Findings []record.Finding `json:"findings"`
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

// Pages are what was audited and how many rules gave which answer, with the findings.
func (a Audit) Pages() []Page {
	verdicts := map[string]int{}
	for _, f := range a.Findings {
		verdicts[f.Verdict]++
	}
	var found []string
	for _, severity := range []string{record.SeverityError, record.SeverityWarning, record.SeverityNote} {
		found = append(found, trust.Things(a.Found[severity], severity))
	}
	return []Page{{
		Title: "Audit", Clear: "Checked: nothing found", Findings: a.Findings,
		About: []string{
			trust.Things(a.Runs, "run") + origin(a.Backend, a.Label),
			fmt.Sprintf("%d rules: %d found something (%s), %d found nothing, %d not applicable.", len(a.Findings), verdicts[record.Found],
				strings.Join(found, ", "), verdicts[record.NothingFound], verdicts[record.NotApplicable]),
		},
	}}
}

// Validation is the verdicts on some sessions.
type Validation struct {
	Schema   string          `json:"schema"`
	Valid    bool            `json:"valid"` // all of them
	Sessions []trust.Verdict `json:"sessions"`
}

// NewValidation puts verdicts together.
func NewValidation(verdicts []trust.Verdict) Validation {
	valid := !slices.ContainsFunc(verdicts, func(v trust.Verdict) bool { return !v.Valid })
	return Validation{Schema, valid, verdicts}
}

// Pages are one for each session, with the word first.
func (v Validation) Pages() []Page {
	var out []Page
	for _, s := range v.Sessions {
		word := "valid"
		if failed := len(s.Failed()); failed > 0 {
			word = fmt.Sprintf("NOT VALID, %d of %d checks do not hold", failed, len(s.Findings))
		}
		out = append(out, Page{
			Title: s.Session + ": " + word, Against: "Does not hold: ", Clear: "Holds", Findings: s.Findings,
			About: []string{trust.Things(s.Runs, "run") + " in " + trust.Things(s.Cells, "cell") + origin(s.Backend, s.Label)},
		})
	}
	return out
}

// origin says what answered the requests, and the word that must stand beside it.
func origin(backend, label string) string {
	out := ""
	if backend != "" {
		out = ", backend: " + backend
	}
	if label != "" {
		out += " – " + label
	}
	return out
}
