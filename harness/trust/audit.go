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
