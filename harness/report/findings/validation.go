package findings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/trust"
)

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

// How verdicts are written: where sentences are wrapped, and how many places of a
// check are named.
const (
	verdictWidth = 100
	placesNamed  = 5
)

// Text renders the verdicts for a terminal.
func (v Validation) Text() string {
	var b strings.Builder
	for i, s := range v.Sessions {
		if i > 0 {
			b.WriteString("\n")
		}
		session(&b, s)
	}
	return b.String()
}

// session is one verdict: the word first, then every check.
func session(b *strings.Builder, v trust.Verdict) {
	word := "valid"
	if failed := len(v.Failed()); failed > 0 {
		word = fmt.Sprintf("NOT VALID, %d of %d checks do not hold", failed, len(v.Findings))
	}
	fmt.Fprintf(b, "%s: %s\n%s in %s", v.Session, word, plural(v.Runs, "run"), plural(v.Cells, "cell"))
	if v.Backend != "" {
		b.WriteString(", backend: " + v.Backend)
	}
	if v.Label != "" {
		b.WriteString(" – " + v.Label)
	}
	b.WriteString("\n\n")
	for _, r := range v.Findings {
		result(b, r)
	}
}

// result is one check with the first of its places. Counts are of what holds.
func result(b *strings.Builder, r record.Finding) {
	of := fmt.Sprintf("%d of %d", r.Of-r.Affected, r.Of)
	if r.Verdict == record.NotApplicable {
		of = "n/a"
	}
	fmt.Fprintf(b, "%-14s  %-12s  %14s  %s\n", trust.Holds(r.Verdict), r.Code, of, r.Title)
	if r.Evidence != "" {
		b.WriteString(table.Wrap(r.Evidence, verdictWidth, "    "))
	}
	for _, o := range r.Places[:min(placesNamed, len(r.Places))] {
		fmt.Fprintf(b, "    %s\n", printable(o.File))
		b.WriteString(table.Wrap(printable(o.Reason), verdictWidth, "        "))
	}
	if more := len(r.Places) - placesNamed; more > 0 {
		fmt.Fprintf(b, "    … and %d more; -format json names all\n", more)
	}
	if r.Do != "" {
		b.WriteString(table.Wrap("to do: "+r.Do, verdictWidth, "    "))
	}
}

// printable keeps text that a file says on a terminal: a control character becomes
// a blank.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
