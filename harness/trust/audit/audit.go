// Package audit finds, by rule, what makes a results folder's figures mean less
// than they seem to: two formulas under one headline, labels that do not say
// what was in effect, cells without their runs, cold starts inside the window.
// The rules are those that the study's own raw files break, and duet's runs are
// held to the same ones.
//
// # Shape
//
//	Audit   every rule over a set   -> Finding, one per rule, in the rules' order
//	Tables  findings                -> analysis.Table, for a report
//
// A rule always answers: it found something, it found nothing, or it could not
// be applied and says why. Silence is never an answer. Each rule is one file.
//
// Nothing here reads a file or a clock, and no figure is typed: where a finding
// states what the study published, it takes it from the study's raw files.
package audit

import (
	"cmp"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// Verdicts of a Finding.
const (
	Found         = "found"
	NothingFound  = "nothing-found"
	NotApplicable = "not-applicable" // Finding.Text says why
)

// Severities of what was found.
const (
	Error   = "error"   // the figures concerned cannot be quoted as they stand
	Warning = "warning" // something other than what is named moved the figures
	Note    = "note"    // what a reader must know; nothing is wrong
)

// Finding is what one rule says about a set of runs.
type Finding struct {
	Rule     string   `json:"rule"` // stable, for machines
	Verdict  string   `json:"verdict"`
	Severity string   `json:"severity,omitempty"` // of what was found; "" otherwise
	Title    string   `json:"title,omitempty"`    // of what was found, one line
	Text     string   `json:"text"`               // what it means, with the figures
	Figures  []Figure `json:"figures,omitempty"`
	Files    []string `json:"files,omitempty"` // of the runs concerned, sorted, each once
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

	counts bool // Value counts some of N
}

// rule is one check. Its title says what was found.
type rule struct {
	id       string
	severity string // unless check says another
	title    string
	check    func(*auditor) Finding
}

// rules, in the order of a report: what makes a headline untrue, what makes a
// label or a value untrue, what moved the values, what a reader must know.
var rules = []rule{
	{"mixed-definitions", Error, "One headline, several definitions", mixedDefinitions},
	{"no-solo-baseline", Error, "No agent was measured alone", noSolo},
	{"pair-slower-than-one", Warning, "Two agents together are slower than one", slowerPair},
	{"label-differs", Error, "A label does not say what was in effect", labelDiffers},
	{"same-options", Error, "Baseline and tuned options are the same", sameOptions},
	{"baseline-is-default", Warning, "A baseline is whatever the server does by default", defaultBaseline},
	{"published-differs", Error, "A stated value is not what the raw data give", publishedDiffers},
	{"lost-zeros", Error, "Exact zeros were lost as if they were missing", lostZeros},
	{"contention-rule", Warning, "Contention was not judged by one rule", contentionRule},
	{"missing-runs", Warning, "Cells without all their runs", missingRuns},
	{"cold-runs", Warning, "Cold starts inside the timed window", coldRuns},
	{"unequal-work", Warning, "The agents' work was not equal", unequalWork},
	{"correlation-sign", Warning, "A correlation depends on the sign of the delta", correlationSign},
	{"coordination", Note, "Wall time left for coordination", coordination},
	{"server-differs", Error, "Servers, models or code changed within a session", serverDiffers},
	{"simulated", Note, "Not measurements of real models on a real machine", simulated},
}

// Audit applies every rule with DefaultLimits: one Finding per rule, always in
// the same order. path says where a run was read from and is called at most
// once per run; nil, or "", leaves the run out of Files.
func Audit(s *metric.Set, path func(*record.Run) string) []Finding {
	return DefaultLimits().Audit(s, path)
}

// Audit is the package function with thresholds of the caller's.
func (l Limits) Audit(s *metric.Set, path func(*record.Run) string) []Finding {
	a := newAuditor(l, s, path)
	out := make([]Finding, 0, len(rules))
	for _, r := range rules {
		f := r.check(a)
		f.Rule = r.id
		if f.Verdict == Found {
			f.Title, f.Severity = r.title, cmp.Or(f.Severity, r.severity)
		}
		out = append(out, f)
	}
	return out
}

// OnlyFound leaves out the rules that found nothing or could not be applied.
func OnlyFound(findings []Finding) []Finding {
	var out []Finding
	for _, f := range findings {
		if f.Verdict == Found {
			out = append(out, f)
		}
	}
	return out
}
