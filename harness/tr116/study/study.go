// Package study makes the tables of Technical Report 116 from any set of runs,
// under the study's own formulas (analysis.AsStudied), with its columns and its
// decimals. On the study's raw files every cell comes out as printed; the test
// in golden/tr116 reads the study itself to prove it.
//
// # Shape
//
//	analysis.Set → view → groups (by runtime, model, configuration) → tables
//
// A view is made once: the set's order puts the runs of a group side by side, so
// groups are slices of it and their samples are sorted once for all tables.
//
// # What the study's tables do not have
//
// They show more columns only where one needs them: session and backend in a
// mixed set, the options where one scenario was run with several, and a count of
// failed runs where there are any. Failed runs are in no mean.
//
// # Why not use these tables
//
// The study's two formulas are not comparable between runtimes, and neither sees
// contention. Every definition says so; package beyond has the corrected tables.
package study

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/table"
)

// makers are the tables, in the study's order.
var makers = []func(*view) table.Table{
	(*view).runtimes, (*view).models, (*view).configurations,
	(*view).gaps, (*view).gains, (*view).notes,
	(*view).singles,
	(*view).flat,
	(*view).runs, (*view).statistics, (*view).correlations, (*view).variances, (*view).distributions,
	(*view).cells,
	(*view).cards,
	(*view).manifest,
	(*view).runNotes,
	(*view).rawRuns, (*view).aggregates,
	(*view).validation,
	(*view).samples,
}

// Tables returns every table of the study that has something to say about s.
// Their ids begin with "tr116_".
func Tables(s *metric.Set) []table.Table {
	v := newView(s)
	var out []table.Table
	for _, f := range makers {
		if t := f(v); len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return s.Mark(out)
}
