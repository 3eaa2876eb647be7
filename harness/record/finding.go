package record

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Verdicts of a Finding: every check answers, and silence is never an answer.
const (
	Found         = "found"
	NothingFound  = "nothing-found"
	NotApplicable = "not-applicable" // it could not be asked, or nothing could answer
)

// Severities of what was found.
const (
	SeverityError   = "error"   // the figures concerned cannot be quoted as they stand
	SeverityWarning = "warning" // something other than what is named moved the figures, or may
	SeverityNote    = "note"    // what a reader must know; nothing is wrong
)

// Finding is what one check says, whoever asked it: a run's own numbers, an audit
// of many, the validation of a session's files, the look at a machine before it
// measures. A run and a session keep those that found something.
type Finding struct {
	Code     string   `json:"code"` // of the check, stable, for machines
	Verdict  string   `json:"verdict"`
	Severity string   `json:"severity,omitempty"` // of what was found
	Title    string   `json:"title,omitempty"`    // in one line, without figures
	Subject  string   `json:"subject,omitempty"`  // whose: an agent; "" where it is all of what was asked
	Evidence string   `json:"evidence,omitempty"` // what was seen, with the figures; or why nothing can be
	Do       string   `json:"do,omitempty"`       // about what was found
	Affected int      `json:"affected,omitempty"` // of how many things it was found
	Of       int      `json:"of,omitempty"`       // how many were asked; 0 where nobody counts
	Figures  []Figure `json:"figures,omitempty"`
	Places   []Place  `json:"places,omitempty"` // where it was found, by file
}

// Figure is a number with its name, in long form: one row per number.
type Figure struct {
	Of       string   `json:"of,omitempty"` // whose: a runtime, a cell; "" is the whole set's
	Name     string   `json:"name"`
	Value    *float64 `json:"value"`        // absent is null
	SD       *float64 `json:"sd,omitempty"` // sample standard deviation, where Value is a mean
	Unit     string   `json:"unit,omitempty"`
	N        int      `json:"n,omitempty"` // runs behind it, or what Unit counts
	Decimals int      `json:"-"`           // as printed
	Counts   bool     `json:"-"`           // Value counts some of N
}

// Say prints the value as a table or a sentence does: n/a when absent, never a
// negative zero.
func (f Figure) Say() string { return Say(f.Value, f.Decimals) }

// Cell is the figure in a table whose heading says name and unit: a mean with
// its sd, a count with what it is of.
func (f Figure) Cell() string {
	out := f.Say()
	switch {
	case f.Counts && f.N > 0:
		out += " of " + strconv.Itoa(f.N)
	case f.SD != nil:
		out += " ± " + Say(f.SD, f.Decimals)
	}
	return out
}

// Spread is the cell with its unit.
func (f Figure) Spread() string { return strings.TrimSpace(f.Cell() + " " + f.Unit) }

// Say prints a value that may be absent.
func Say(v *float64, decimals int) string {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return "n/a"
	}
	s := strconv.FormatFloat(*v, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// Place is a file that a finding concerns, and what it is there.
type Place struct {
	File   string `json:"file"`
	Reason string `json:"reason,omitempty"`
}

func (p Place) String() string {
	if p.Reason == "" {
		return p.File
	}
	return p.File + ": " + p.Reason
}

// Clear is the finding of a check that found nothing, with what it saw.
func Clear(code, format string, args ...any) Finding {
	return Finding{Code: code, Verdict: NothingFound, Evidence: fmt.Sprintf(format, args...)}
}

// Warn is the finding of a check that found what may move figures, and what to do.
func Warn(code, do, format string, args ...any) Finding {
	return Finding{Code: code, Verdict: Found, Severity: SeverityWarning, Evidence: fmt.Sprintf(format, args...), Do: do}
}

// Unasked is the finding of a check that could not be applied, with the reason.
func Unasked(code, why string) Finding {
	return Finding{Code: code, Verdict: NotApplicable, Evidence: why}
}

// String is what was seen, and whose it is.
func (f Finding) String() string {
	if f.Subject == "" {
		return f.Evidence
	}
	return f.Subject + ": " + f.Evidence
}

// OnlyFound leaves out the checks that found nothing or could not be applied.
func OnlyFound(findings []Finding) []Finding {
	var out []Finding
	for _, f := range findings {
		if f.Verdict == Found {
			out = append(out, f)
		}
	}
	return out
}
