// Package validityreport renders verdicts on sessions as plain text or JSON.
//
// Both say the same: every session, whether it is valid, and every check with
// its answer. Text is for a terminal and names the first few offenders of a
// check; JSON is for machines and names all. The same verdicts are the same
// bytes.
package validityreport

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/trust"
)

// Schema names the layout of the JSON.
const Schema = "duet.findings/1"

// Document is the verdicts on some sessions.
type Document struct {
	Schema   string          `json:"schema"`
	Valid    bool            `json:"valid"` // all of them
	Sessions []trust.Verdict `json:"sessions"`
}

// New puts verdicts into a document.
func New(verdicts []trust.Verdict) Document {
	valid := !slices.ContainsFunc(verdicts, func(v trust.Verdict) bool { return !v.Valid })
	return Document{Schema, valid, verdicts}
}

// JSON renders the document for machines.
func JSON(d Document) (string, error) {
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return "", fmt.Errorf("validation: %w", err)
	}
	return string(b) + "\n", nil
}

// width is where sentences are wrapped.
const width = 100

// named is how many offenders of a check are named.
const named = 5

// Text renders the document for a terminal.
func Text(d Document) string {
	var b strings.Builder
	for i, v := range d.Sessions {
		if i > 0 {
			b.WriteString("\n")
		}
		session(&b, v)
	}
	return b.String()
}

func session(b *strings.Builder, v trust.Verdict) {
	word := "valid"
	if failed := len(v.Failed()); failed > 0 {
		word = fmt.Sprintf("NOT VALID, %d of %d checks do not hold", failed, len(v.Findings))
	}
	fmt.Fprintf(b, "%s: %s\n%s in %s", v.Session, word, things(v.Runs, "run"), things(v.Cells, "cell"))
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

func things(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func result(b *strings.Builder, r record.Finding) {
	of := fmt.Sprintf("%d of %d", r.Of-r.Affected, r.Of)
	if r.Verdict == record.NotApplicable {
		of = "n/a"
	}
	fmt.Fprintf(b, "%-14s  %-12s  %14s  %s\n", trust.Holds(r.Verdict), r.Code, of, r.Title)
	if r.Evidence != "" {
		b.WriteString(table.Wrap(r.Evidence, width, "    "))
	}
	for _, o := range r.Places[:min(named, len(r.Places))] {
		fmt.Fprintf(b, "    %s\n", plain(o.File))
		b.WriteString(table.Wrap(plain(o.Reason), width, "        "))
	}
	if more := len(r.Places) - named; more > 0 {
		fmt.Fprintf(b, "    … and %d more; -format json names all\n", more)
	}
}

// plain keeps a reason on a terminal: it may quote a file.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
