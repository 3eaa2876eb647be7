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
