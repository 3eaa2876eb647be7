// Package gate judges a session by rules: floors and ceilings for what was
// measured, and "no worse than the baseline by more than so much". Its verdicts
// are three: pass, fail, and inconclusive with what it would take. What it cannot
// judge at all is an error and never a pass: a rule over no cell, a name that
// nothing has, a baseline of another model or backend.
//
// # Shape
//
//	Parse     a gates.yaml, strictly, every error with its line     (config.go)
//	Load      a gates.yaml, or the shipped gate, by name            (evaluate.go)
//	Default   the gate that is used where none is given             (config.go, default.yaml)
//	Evaluate  rules against one side, and a baseline where needed   (evaluate.go)
//	Judge     a session's folder against a baseline's               (evaluate.go)
//	Report    a verdict per rule and cell; tables and JSON          (report.go)
//
// # When a rule passes
//
//	rule        pass                              fail                              inconclusive
//	min, max    the median's 95 % interval lies   it lies wholly on the other side  it holds the limit, or there is
//	            wholly on the good side                                             none (fewer than six runs)
//	worse_than  neither of the two                the median is worse by more than  the median is worse by more, and
//	                                              that, and Holm's p is below alpha p does not show it; or no runs of
//	                                                                                this number could have shown it
//	failures    their share is at most max        it is above                       never
//
// Intervals are of one cell and not corrected for several: a floor asks about each
// cell by itself. Tests are corrected over the cells of a rule and metric.
//
// An invalid run makes its cell inconclusive, whatever its numbers are: they are
// as much its client's as the server's. A cell of which every run failed fails
// every rule over it. A cell that one side alone has is inconclusive.
package gate
