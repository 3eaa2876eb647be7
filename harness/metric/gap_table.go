package metric

import (
	"cmp"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// compareOrigin is the set's order of sessions and backends.
func compareOrigin(a, b *record.Run) int {
	return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(a.Label(), b.Label()))
}

// gap is two runtimes under one definition. The study's finding was such a gap,
// between two formulas; the rows of one definition say what is left of it.
type gap struct {
	a, b described
}

func (g gap) First() *record.Run { return g.a.First() }
func (g gap) definition() string { return g.a.def.name }

// mean is b − a, of means. It has no interval: the pools hold several models, and
// the noise of a run is not what they vary by. The tests are cell by cell, in
// test_table.go.
func (g gap) mean() *float64 { return stats.Minus(g.b.s.Mean(), g.a.s.Mean()) }

// gaps are every two runtimes of an origin under one definition, the later − the
// earlier.
func (v *view) gaps() []gap {
	var out []gap
	items, _ := v.described(v.multi.runtimes)
	for i, a := range items {
		for _, b := range items[i+1:] {
			if a.def.name == b.def.name && sameOrigin(a.First(), b.First()) {
				out = append(out, gap{a, b})
			}
		}
	}
	return out
}

// efficiencyGaps is what remains of a difference between runtimes under one
// definition for both.
func (v *view) efficiencyGaps() table.Table {
	_, notes := v.known()
	t := table.Table{
		ID: "efficiency_gaps", Title: "The gap between runtimes under every definition", Section: table.SectionSummary,
		Definition: v.meaning() + " Gap: mean of the second runtime − mean of the first, in the definition's unit.",
		N:          nPooledRuns + " A gap of means is no test; those are in the tables of tests.",
		Notes:      notes, Terms: []table.Term{termDefinitions},
	}
	side := func(heading string, of func(gap) described) []Column[gap] {
		sample := func(g gap) stats.Sample { return of(g).s }
		return append([]Column[gap]{
			word(heading, "runtime", func(g gap) string { return of(g).First().Cell.Runtime() }),
			Count(heading, "n", "runs", func(g gap) int { return of(g).s.N() }),
		}, statistics(heading, "", 2, sample, statMean, statSD)...)
	}
	return Fill(v.set, t, v.gaps(), []Column[gap]{colDefinition[gap]()},
		side("first", func(g gap) described { return g.a }), side("second", func(g gap) described { return g.b }),
		[]Column[gap]{Num("", "gap", "", 2, gap.mean)})
}
