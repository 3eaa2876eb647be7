// Package trust says how far the figures of a session can be believed. Two kinds of
// check speak of it, and both speak record.Finding, as a run's own warnings
// (package metric) and the look at a machine (package preflight) do.
//
// # Shape
//
//	Validate         a session's folder   -> Verdict: one Finding per check
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
// Rules on one theme share a file (rule_*.go) and have a line each in audit.go; a check
// is one function (check_*.go) and a line in validate.go.
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
		Do: "quote all runtimes by one formula (the figures of this finding have each), or one runtime by itself"},
	{Code: "no-solo-baseline", Severity: record.SeverityError, Title: "No agent was measured alone", Check: noSolo,
		Do: "quote no speedup of these runs; one that can be quoted needs each agent's solo pass in the same run (go test -bench . ./suites/multi)"},
	{Code: "pair-slower-than-one", Severity: record.SeverityWarning, Title: "Agents together are slower than one alone", Check: slowerPair,
		Do: "run the agents one after the other, or give each a GPU of its own (-duet.gpus=separate for containers, -duet.endpoints for servers of yours)"},
	{Code: "label-differs", Severity: record.SeverityError, Title: "A label does not say what was in effect", Check: labelDiffers,
		Do: "quote the options in effect (servers, in metrics.json) in place of the label; ask for a context or layers that the server can give (make preflight says which)"},
	{Code: "same-options", Severity: record.SeverityError, Title: "Baseline and tuned options are the same", Check: sameOptions,
		Do: "leave these cells out of every statement about an effect; what they call one is the noise of the others"},
	{Code: "baseline-is-default", Severity: record.SeverityWarning, Title: "A baseline is whatever the server does by default", Check: defaultBaseline,
		Do: "quote no improvement over these baselines; one that can be repeated states num_gpu, num_ctx and temperature for both sides"},
	{Code: "published-differs", Severity: record.SeverityError, Title: "A stated value is not what the raw data give", Check: publishedDiffers,
		Do: "quote what benchfmt tables computes from the raw data, and not what the files state"},
	{Code: "contention-rule", Severity: record.SeverityWarning, Title: "Contention was not judged by one rule", Check: contentionRule,
		Do: "quote no printed flag; call runs contended whose measured speedup is below 1, or, without a solo pass, those that the figures count as slower together"},
	{Code: "missing-runs", Severity: record.SeverityWarning, Title: "Cells without all their runs", Check: missingRuns,
		Do: "let the session go on by the command that began it (-duet.session=NAME makes its missing rounds), or say beside each mean how many runs it is of"},
	{Code: "cold-runs", Severity: record.SeverityWarning, Title: "Cold starts inside the timed window", Check: coldRuns,
		Do: "leave these runs out and say so; duet warms up before each window, so in its runs the server had no room to keep the model: free memory, or measure fewer at once (-duet.models)"},
	{Code: "unequal-work", Severity: record.SeverityWarning, Title: "The agents' work was not equal", Check: unequalWork,
		Do: "compare rates and no wall times; for equal work give the agents one -duet.budget without -duet.unequal, and prompts whose replies use it up"},
	{Code: "correlation-sign", Severity: record.SeverityWarning, Title: "A correlation depends on the sign of the delta", Check: correlationSign,
		Do: "quote r over the absolute delta for imbalance, r over the signed one for which agent is faster, and say which it is"},
	{Code: "server-differs", Severity: record.SeverityError, Title: "Servers, models or code changed within a session", Check: serverDiffers,
		Do: "do not average over the change: begin another session (-duet.session=NAME) with one version, and compare the two (benchfmt compare OLD NEW)"},
	{Code: "simulated", Severity: record.SeverityNote, Title: "Not measurements of real models on a real machine", Check: simulated,
		Do: "say simulated, or synthetic, beside every number of these; make bench TAGS=ollama measures real models"},
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
	a := newAuditor(s, path)
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

// Limits are the thresholds of the rules, named once.
type Limits struct {
	// ContentionTR116: the study flags a run whose speedup is below this share
	// of the number of agents (its Rust: 1.5 for two).
	ContentionTR116 float64

	// FirstRunShift, percentage points of efficiency: how far the mean of first
	// runs may lie from that of later ones. Warm cells of the study and of duet
	// repeat within 1 to 3 points; a model load inside the window costs 10 to 30.
	FirstRunShift float64

	// WorkLow and WorkHigh bound the mean ratio of an agent's tokens to the others'.
	// Within a quarter all are busy for most of the window; beyond, its wall time is
	// mostly that of the longest reply.
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
