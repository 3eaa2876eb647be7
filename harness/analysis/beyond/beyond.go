// Package beyond makes the tables that the study lacks: intervals, tests,
// corrected and comparable figures.
package beyond

import "github.com/chimeraforge/duet/harness/analysis"

// Tables returns every such table that has something to say about s.
func Tables(s *analysis.Set) []analysis.Table { return nil }

// Recommendations are rules over the numbers, in sentences with the numbers.
func Recommendations(s *analysis.Set) []string { return nil }
