package metric

import (
	"slices"

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

// efficiencyByRuntime is the study's headline under every definition.
func (v *view) efficiencyByRuntime() table.Table {
	have, notes := v.known()
	t := table.Table{
		ID: "efficiencies_runtime", Title: "Efficiency under every definition, by runtime", Section: table.SectionSummary,
		Definition: v.meaning() + " sd: n − 1.", N: nPooledRuns, Notes: notes, Terms: []table.Term{termDefinitions},
	}
	return Fill(v.set, t, v.multi.runtimes, []Column[Group]{colRuntime[Group]()}, counts(), by(have, statMean, statSD))
}

// efficiencyByCell is the same by cell, means alone.
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

func (v *view) described(groups []Group) (out []described, notes []string) {
	have, notes := v.known()
	for _, d := range have {
		for _, g := range groups {
			out = append(out, described{g, d, g.efficiency(d)})
		}
	}
	slices.SortStableFunc(out, func(a, b described) int { return compareOrigin(a.First(), b.First()) })
	return out, notes
}

func colDefinition[T interface {
	Item
	definition() string
}]() Column[T] {
	return word("", "efficiency", T.definition)
}

func (d described) definition() string { return d.def.name }

func of(d described) stats.Sample { return d.s }

// intervals shows the median and its interval beside mean and sd.
func (v *view) intervals(t table.Table, groups []Group, coordinates []Column[described]) table.Table {
	items, notes := v.described(groups)
	t.Section = table.SectionMulti
	t.Definition, t.Notes = v.meaning()+" "+defCenter, notes
	t.Terms = []table.Term{termDefinitions, termInterval}
	return Fill(v.set, t, items, []Column[described]{colDefinition[described]()}, coordinates,
		[]Column[described]{Count("", "n", "runs", func(d described) int { return d.s.N() })},
		statistics("", "", 2, of, statMean, statSD, statMedian, statLo, statHi), rank(1, statistics("", "", 2, of, statMin, statMax)...))
}

func (v *view) intervalsByRuntime() table.Table {
	t := table.Table{ID: "intervals_runtime", Title: "Mean beside median and interval, by runtime", N: nPool}
	return v.intervals(t, v.multi.runtimes, []Column[described]{colRuntime[described]()})
}

func (v *view) intervalsByModel() table.Table {
	t := table.Table{ID: "intervals_model", Title: "Mean beside median and interval, by model and runtime", N: nPool}
	return v.intervals(t, v.multi.models, []Column[described]{colModel[described](), colRuntime[described]()})
}

func (v *view) intervalsByCell() table.Table {
	t := table.Table{ID: "intervals_config", Title: "Mean beside median and interval, by cell", N: nRepetitions}
	return v.intervals(t, v.multi.cells, cell[described]())
}
