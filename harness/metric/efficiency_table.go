package metric

import (
	"cmp"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// by makes one group's columns per definition, under the definition's name.
func by(have []definition, which ...statistic) []Column[Group] {
	var out []Column[Group]
	for _, d := range have {
		out = append(out, statistics(d.name, "", 2, func(g Group) stats.Sample { return g.efficiency(d) }, which...)...)
	}
	return out
}

// efficiencyByRuntime is the study's headline under every definition. It pools
// models and scenarios, so its sd is mostly that of the models and not of repeating
// a run, and a model with more runs weighs more. Under "published" two rows may be
// two formulas.
func (v *view) efficiencyByRuntime() table.Table {
	have, notes := v.known()
	t := table.Table{
		ID: "efficiencies_runtime", Title: "Efficiency under every definition, by runtime", Section: table.SectionSummary,
		Definition: v.meaning() + " sd: n − 1.", N: nPooledRuns, Notes: notes, Terms: []table.Term{termDefinitions},
	}
	return Fill(v.set, t, v.multi.runtimes, []Column[Group]{colRuntime[Group]()}, counts(), by(have, statMean, statSD))
}

// efficiencyByCell is the same by cell, means alone: nothing but repetitions is
// averaged there, and a difference between two rows is not tested by standing in a
// table.
func (v *view) efficiencyByCell() table.Table {
	have, notes := v.known()
	t := table.Table{
		ID: "efficiencies_config", Title: "Efficiency under every definition, by cell", Section: table.SectionMulti,
		Definition: v.meaning(), N: nRepetitions, Notes: notes, Terms: []table.Term{termDefinitions},
	}
	return Fill(v.set, t, v.multi.cells, cell[Group](), counts(), by(have, statMean))
}

// described is a group under one definition.
type described struct {
	Group
	def definition
	s   stats.Sample
}

// described are groups under every definition that a run has. Those of one
// definition and origin are neighbours, on which families of tests rest (see
// begun).
func (v *view) described(groups []Group) (out []described, notes []string) {
	have, notes := v.known()
	for _, d := range have {
		for _, g := range groups {
			out = append(out, described{g, d, g.efficiency(d)})
		}
	}
	slices.SortStableFunc(out, func(a, b described) int { return CompareOrigin(a.First(), b.First()) })
	return out, notes
}

// colDefinition names the definition of a row.
func colDefinition[T interface {
	Item
	definition() string
}]() Column[T] {
	return Word("", "efficiency", T.definition)
}

func (d described) definition() string { return d.def.name }

// of is the sample of a row, for statistics.
func of(d described) stats.Sample { return d.s }

// intervals shows the median and its interval beside mean and sd. The study gave
// means; one cold run moves the mean of five by a fifth of its distance and the
// median hardly at all, so where the two part, look at the runs. The interval is
// that of order statistics: it assumes nothing, and costs six runs.
func (v *view) intervals(t table.Table, groups []Group, coordinates []Column[described]) table.Table {
	items, notes := v.described(groups)
	t.Section = table.SectionMulti
	t.Definition, t.Notes = v.meaning()+" "+defCenter, notes
	t.Terms = []table.Term{termDefinitions, termInterval}
	return Fill(v.set, t, items, []Column[described]{colDefinition[described]()}, coordinates,
		[]Column[described]{Count("", "n", "runs", func(d described) int { return d.s.N() })},
		statistics("", "", 2, of, statMean, statSD, statMedian, statLo, statHi), rank(1, statistics("", "", 2, of, statMin, statMax)...))
}

// intervalsByRuntime is over a mixture of models: its interval says where the
// middle of this mixture lies, and nothing of a model that was not run.
func (v *view) intervalsByRuntime() table.Table {
	t := table.Table{ID: "intervals_runtime", Title: "Mean beside median and interval, by runtime", N: nPool}
	return v.intervals(t, v.multi.runtimes, []Column[described]{colRuntime[described]()})
}

// intervalsByModel is over the scenarios and options of a model.
func (v *view) intervalsByModel() table.Table {
	t := table.Table{ID: "intervals_model", Title: "Mean beside median and interval, by model and runtime", N: nPool}
	return v.intervals(t, v.multi.models, []Column[described]{colModel[described](), colRuntime[described]()})
}

// intervalsByCell is over repetitions alone, which is what an interval is meant
// for.
func (v *view) intervalsByCell() table.Table {
	t := table.Table{ID: "intervals_config", Title: "Mean beside median and interval, by cell", N: nRepetitions}
	return v.intervals(t, v.multi.cells, cell[described]())
}

// CompareOrigin is the set's order of sessions and backends.
func CompareOrigin(a, b *record.Run) int {
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
			if a.def.name == b.def.name && SameOrigin(a.First(), b.First()) {
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
			Word(heading, "runtime", func(g gap) string { return of(g).First().Cell.Runtime() }),
			Count(heading, "n", "runs", func(g gap) int { return of(g).s.N() }),
		}, statistics(heading, "", 2, sample, statMean, statSD)...)
	}
	return Fill(v.set, t, v.gaps(), []Column[gap]{colDefinition[gap]()},
		side("first", func(g gap) described { return g.a }), side("second", func(g gap) described { return g.b }),
		[]Column[gap]{Num("", "gap", "", 2, gap.mean)})
}
