package metric

import (
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// begun is a group's first runs against its later ones, under one definition: was
// something cold? Pooled over cells, the levels of several models are in both
// samples and hide a shift that is small beside them.
type begun struct {
	described
	beginning stats.First
	rest      stats.Sample
	test      stats.Test
	adjusted  *float64
}

// begin splits by the number of the run. A cell whose first run failed has no first
// one; re-runs have higher numbers and are later ones.
func begin(d described) *begun {
	var first, rest []*float64
	for _, r := range d.Rows {
		if r.Run.RunNumber == 1 {
			first = append(first, d.def.of(r))
		} else {
			rest = append(rest, d.def.of(r))
		}
	}
	b := &begun{described: d, rest: stats.NewSample(rest)}
	one := stats.NewSample(first)
	b.beginning = stats.FirstOfAll(one.Values, b.rest.Values)
	b.test = stats.MannWhitney(one.Values, b.rest.Values)
	return b
}

// begun are the groups under every definition; the tests of one definition and
// origin are one family.
func (v *view) begun(groups []Group) (out []*begun, notes []string) {
	items, notes := v.described(groups)
	for _, d := range items {
		out = append(out, begin(d))
	}
	for from := 0; from < len(out); {
		to := from
		var ps []*float64
		for ; to < len(out) && out[to].def.name == out[from].def.name && SameOrigin(out[to].First(), out[from].First()); to++ {
			ps = append(ps, out[to].test.P)
		}
		for i, p := range stats.Holm(ps) {
			out[from+i].adjusted = p
		}
		from = to
	}
	return out, notes
}

// firstColumns are means, with the range of the later runs beside them.
func firstColumns() []Column[*begun] {
	rest := func(b *begun) stats.Sample { return b.rest }
	return append(append([]Column[*begun]{
		Count("first runs", "n", "", func(b *begun) int { return b.beginning.NFirst }),
		Num("first runs", "mean", "", 2, func(b *begun) *float64 { return b.beginning.First }),
		Count("later runs", "n", "", func(b *begun) int { return b.beginning.N }),
	}, statistics("later runs", "", 2, rest, statMean, statSD, statMin, statMax)...),
		Num("", "first − later", "", 2, func(b *begun) *float64 { return b.beginning.Difference }))
}

// firstTable is what the two tables have in common.
func (v *view) firstTable(id, title, n string) table.Table {
	return table.Table{
		ID: id, Title: title, Section: table.SectionStability, N: n,
		Definition: v.meaning(), Terms: []table.Term{termDefinitions, termFirst},
	}
}

// firstByRuntime tests: over cells there are several first runs.
func (v *view) firstByRuntime() table.Table {
	items, notes := v.begun(v.multi.runtimes)
	t := v.firstTable("first_run_runtime", "First runs against the rest, by runtime",
		"Run 1 of each cell against all later runs, pooled over cells; p: Mann-Whitney, Holm over the runtimes of a definition.")
	t.Notes, t.Terms = notes, append(t.Terms, termTest)
	return Fill(v.set, t, items, []Column[*begun]{colDefinition[*begun](), colRuntime[*begun]()}, firstColumns(), []Column[*begun]{
		Num("", "p", "", 4, func(b *begun) *float64 { return b.test.P }),
		Num("", "Holm", "", 4, func(b *begun) *float64 { return b.adjusted })})
}

// firstByCell cannot test a single value. It says whether it lies outside the range
// of the later ones, which by chance alone it does in 2 of k + 1 cells with k later
// runs: in 40 of 100 with five runs. Most cells mean something, one cell does not.
func (v *view) firstByCell() table.Table {
	items, notes := v.begun(v.multi.cells)
	t := v.firstTable("first_run_config", "First run against the rest, by cell",
		"One first run per cell against its later ones. A single value has no test; outside says that it is beyond the smallest or largest of the later runs.")
	t.Notes = notes
	return Fill(v.set, t, items, []Column[*begun]{colDefinition[*begun]()}, cell[*begun](), firstColumns(),
		[]Column[*begun]{Flag("", "outside", func(b *begun) *bool { return b.beginning.Outside })})
}
