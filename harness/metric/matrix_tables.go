package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// MatrixTables returns the tables that compare the cells of a matrix: the median
// with its interval beside every mean, the efficiencies side by side, tests, what
// the first run and the outliers do, and the views that the study's plan promised
// (its Appendix H). They work for any set: what it does not have is n/a with a
// count, and a table with nothing to say is left out.
func MatrixTables(s *Set) []table.Table {
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

// multiTables need runs of several agents. Those about outliers and models need
// only runs.
func (v *view) multiTables() []table.Table {
	return []table.Table{
		v.efficiencyByRuntime(), v.efficiencyGaps(), v.efficiencyByCell(),
		v.intervalsByRuntime(), v.intervalsByModel(), v.intervalsByCell(),
		v.runtimeTests(), v.scenarioTests(),
		v.correlations(), v.service(),
		v.firstByRuntime(), v.firstByCell(),
	}
}
