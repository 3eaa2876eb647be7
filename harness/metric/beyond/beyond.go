// Package beyond makes the tables that the study lacks: the median with its
// interval beside every mean, the efficiencies side by side, tests over the
// matrix, what the first run and the outliers do, and the views that the study's
// plan promised (its Appendix H).
//
// # Shape
//
//	view        a set's runs, split into cells, models and runtimes once
//	definition  one of the efficiencies that tables compare
//	column      a column and how one item (a cell, a comparison, …) fills it
//	*_table.go  one table, or a family of them
//	rule_*.go   one rule of Recommendations
//
// The statistics are those of package inference. Everything here works for any
// set: what a set does not have is n/a with a count, and a table with nothing to
// say is left out. Runs of different sessions or backends never meet in a group,
// a test or a sentence.
package beyond

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// Tables returns every such table that has something to say about s.
func Tables(s *metric.Set) []table.Table {
	v := newView(s)
	var all []table.Table
	if s.Has(record.SuiteMulti) {
		all = append(all, v.multiTables()...)
	}
	all = append(all, v.outlierCounts(), v.outlierList(), v.rerunList())
	all = append(all, v.normalised(), v.winners(), v.frontier(), v.placement(), v.dominance())
	var out []table.Table
	for _, t := range all {
		if len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return s.Mark(out)
}

func (v *view) multiTables() []table.Table {
	return []table.Table{
		v.efficiencyByRuntime(), v.efficiencyGaps(), v.efficiencyByCell(),
		v.intervalsByRuntime(), v.intervalsByModel(), v.intervalsByCell(),
		v.runtimeTests(), v.scenarioTests(),
		v.correlations(), v.service(),
		v.firstByRuntime(), v.firstByCell(),
	}
}
