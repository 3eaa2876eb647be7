// Package trust says how far the figures of a session can be believed. Two kinds of
// check speak of it, and both speak record.Finding, as a run's own warnings
// (package metric) and the look at a machine (package preflight) do.
//
// # Shape
//
//	Read, Validate   a session's folder   -> Verdict: one Finding per check
//	Audit            a set of runs        -> one Finding per rule
//	Register         rules of a package that imports another tool's results
//
// Package report/findings renders what they say.
//
// # Validity and doubt
//
// Validation asks whether the figures are those of the session at all: every file
// is what it claims to be, no run is missing, no clock runs backwards, files that
// repeat each other agree. What does not hold is an error, and an invalid session
// has nothing to audit. The audit asks what makes true figures mean less than they
// seem to: two formulas under one headline, labels that do not say what was in
// effect, cells without their runs, cold starts inside the window. A valid session
// may have many such findings.
//
// A check always answers: it found something, it found nothing, or it could not be
// asked and says why. What cannot be checked is never counted as passed. No rule
// reads a file or a clock, and no figure is typed: where a finding states what a
// study published, it takes it from the study's raw files.
//
// A rule is one file (rule_*.go) and a line in audit.go; a check is one function
// (check_*.go, those of a kind share a file) and a line in validate.go.
package trust

import (
	"cmp"
	"slices"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// Rule is one check of an audit. Its title says what was found.
type Rule struct {
	Code     string
	Severity string // of what it finds, unless Check says another
	Title    string
	Do       string // about what it finds
	Check    func(*Auditor) record.Finding
	// Applies says of which sets the rule is asked at all; nil: of every one. Where
	// it is not, the audit does not speak of it.
	Applies func(*metric.Set) bool
}

// rules, in the order of a report: what makes a headline untrue, what makes a
// label or a value untrue, what moved the values, what a reader must know. Do says
// what to do about it: a doubt that leaves a reader without a next step is soon
// skipped.
var rules = []Rule{
	{Code: "mixed-definitions", Severity: record.SeverityError, Title: "One headline, several definitions", Check: mixedDefinitions,
		Do: "compare runtimes by one formula only, or quote each by itself"},
	{Code: "no-solo-baseline", Severity: record.SeverityError, Title: "No agent was measured alone", Check: noSolo,
		Do: "measure each agent alone in the same run before quoting a speedup"},
	{Code: "pair-slower-than-one", Severity: record.SeverityWarning, Title: "Two agents together are slower than one", Check: slowerPair,
		Do: "run the agents one after the other, or give each a server and a GPU of its own"},
	{Code: "label-differs", Severity: record.SeverityError, Title: "A label does not say what was in effect", Check: labelDiffers,
		Do: "quote the options in effect, and not the label"},
	{Code: "same-options", Severity: record.SeverityError, Title: "Baseline and tuned options are the same", Check: sameOptions,
		Do: "leave these cells out of every statement about an effect"},
	{Code: "baseline-is-default", Severity: record.SeverityWarning, Title: "A baseline is whatever the server does by default", Check: defaultBaseline,
		Do: "state every option of the baseline, and measure again"},
	{Code: "published-differs", Severity: record.SeverityError, Title: "A stated value is not what the raw data give", Check: publishedDiffers,
		Do: "quote what the raw data give"},
	{Code: "contention-rule", Severity: record.SeverityWarning, Title: "Contention was not judged by one rule", Check: contentionRule,
		Do: "judge all runs by one rule, on what was measured"},
	{Code: "missing-runs", Severity: record.SeverityWarning, Title: "Cells without all their runs", Check: missingRuns,
		Do: "measure the missing runs, or say how many each cell has"},
	{Code: "cold-runs", Severity: record.SeverityWarning, Title: "Cold starts inside the timed window", Check: coldRuns,
		Do: "warm up before the window, or leave these runs out and say so"},
	{Code: "unequal-work", Severity: record.SeverityWarning, Title: "The agents' work was not equal", Check: unequalWork,
		Do: "give the agents the same budget and as many calls, or compare rates alone"},
	{Code: "correlation-sign", Severity: record.SeverityWarning, Title: "A correlation depends on the sign of the delta", Check: correlationSign,
		Do: "quote both, each with the hypothesis that it belongs to"},
	{Code: "server-differs", Severity: record.SeverityError, Title: "Servers, models or code changed within a session", Check: serverDiffers,
		Do: "measure again with one version of everything, or compare the parts as two sessions"},
	{Code: "simulated", Severity: record.SeverityNote, Title: "Not measurements of real models on a real machine", Check: simulated,
		Do: "quote no number of these without the word"},
}

// Register adds rules of another package to every audit, in front of the rule of
// that code; "" puts them at the end. A study whose results are imported brings
// its own rules so, from an init function.
func Register(before string, more ...Rule) {
	at := slices.IndexFunc(rules, func(r Rule) bool { return r.Code == before })
	if at < 0 {
		at = len(rules)
	}
	rules = slices.Insert(rules, at, more...)
}

// Audit applies every rule with DefaultLimits: one Finding per rule, always in
// the same order. path says where a run was read from and is called at most
// once per run; nil, or "", leaves the run out of Places.
func Audit(s *metric.Set, path func(*record.Run) string) []record.Finding {
	return DefaultLimits().Audit(s, path)
}

// Audit is the package function with thresholds of the caller's.
func (l Limits) Audit(s *metric.Set, path func(*record.Run) string) []record.Finding {
	a := newAuditor(l, s, path)
	out := make([]record.Finding, 0, len(rules))
	for _, r := range rules {
		if r.Applies != nil && !r.Applies(s) {
			continue
		}
		f := r.Check(a)
		f.Code = r.Code
		if f.Verdict == record.Found {
			f.Title, f.Do, f.Severity = r.Title, r.Do, cmp.Or(f.Severity, r.Severity)
		}
		out = append(out, f)
	}
	return out
}

// Limits are the thresholds of the rules, named once. Use DefaultLimits and
// change what you must.
type Limits struct {
	// ContentionTR116: the study flags a pair whose speedup is below this share
	// of the number of agents (its Rust: 1.5 for two).
	ContentionTR116 float64

	// FirstRunShift, percentage points of efficiency: how far the mean of first
	// runs may lie from that of later ones. Warm cells of the study and of duet
	// repeat within 1 to 3 points; a model load inside the window costs 10 to 30.
	FirstRunShift float64

	// WorkLow and WorkHigh bound the mean ratio of the agents' tokens, collector
	// over insight. Within a quarter both agents are busy for most of the window;
	// beyond, the pair's wall time is mostly that of the longer reply.
	WorkLow, WorkHigh float64

	// CorrelationShift: how far Pearson's r may move when a delta is replaced by
	// its absolute value. 0.3 is the step between the words (weak, moderate) that
	// the study puts on a correlation.
	CorrelationShift float64
	// CorrelationRuns: fewer pairs of values than this give any r by chance.
	CorrelationRuns int

	// Coordination, share of the wall time: what is left of it after the slower
	// agent's own time. Below one hundredth it explains nothing.
	Coordination float64

	// Tolerance, relative: two computations of one value from the same raw data
	// differ by rounding alone, which is far below this.
	Tolerance float64
}

// DefaultLimits returns the thresholds that Audit uses.
func DefaultLimits() Limits {
	return Limits{
		ContentionTR116:  0.75,
		FirstRunShift:    5,
		WorkLow:          0.8,
		WorkHigh:         1.25,
		CorrelationShift: 0.3,
		CorrelationRuns:  5,
		Coordination:     0.01,
		Tolerance:        1e-6,
	}
}
