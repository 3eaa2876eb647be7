package metric

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/table"
)

// runtimeTests compare clients on the same cell: the only fair comparison of
// runtimes.
func (v *view) runtimeTests() table.Table {
	t := table.Table{ID: "tests_runtime", Title: "Runtime against runtime, tested"}
	return v.tests(t, byRuntime, []Column[*comparison]{colModel[*comparison](), colScenario[*comparison]()})
}

// scenarioTests compare pairings of options under one client.
func (v *view) scenarioTests() table.Table {
	t := table.Table{ID: "tests_scenario", Title: "Scenario against scenario, tested"}
	return v.tests(t, byScenario, []Column[*comparison]{colRuntime[*comparison](), colModel[*comparison]()})
}

// tests is a table of comparisons along one axis. Many rows that say "too few runs"
// are not many rows without a difference; the count of each is below the table.
func (v *view) tests(t table.Table, x axis, coordinates []Column[*comparison]) table.Table {
	have, notes := v.known()
	items := v.comparisons(x, have...)
	t.Section = table.SectionMulti
	t.Definition = fmt.Sprintf("Mann-Whitney U of the runs of two cells that differ in the %s alone, second − first. %s p prints as 0.0000 below 0.00005.", x.name, defBootstrap)
	t.N = strings.TrimSpace("Runs of both cells; nothing is pooled over cells. " + verdicts(items))
	t.Notes = notes
	t.Terms = []table.Term{termDefinitions, termTest, termBootstrap}
	return Fill(v.set, t, items, []Column[*comparison]{colDefinition[*comparison]()}, coordinates, options[*comparison](),
		sidesOf(x), outcome())
}

// sidesOf are the two cells: only what differs between them is named twice.
func sidesOf(x axis) []Column[*comparison] {
	return []Column[*comparison]{
		word("first", x.name, func(c *comparison) string { return x.of(c.a.First()) }),
		word("second", x.name, func(c *comparison) string { return x.of(c.b.First()) }),
		Count("n", "first", "runs", func(c *comparison) int { return c.test.N1 }),
		Count("n", "second", "runs", func(c *comparison) int { return c.test.N2 }),
		Num("median", "first", "", 2, func(c *comparison) *float64 { return c.medianA }),
		Num("median", "second", "", 2, func(c *comparison) *float64 { return c.medianB }),
	}
}

// outcome is the difference before its test: how large, then whether.
func outcome() []Column[*comparison] {
	difference := Column[*comparison]{table.Column{Group: "difference", Name: "medians", Decimals: 2}, func(c *comparison) table.Value {
		return table.Num(c.difference).WithMissing(c.missing)
	}}
	out := []Column[*comparison]{difference,
		Num("difference", "low", "", 2, func(c *comparison) *float64 { return c.Lo }),
		Num("difference", "high", "", 2, func(c *comparison) *float64 { return c.Hi }),
		Num("", "p", "", 4, func(c *comparison) *float64 { return c.test.P }),
		Num("", "Holm", "", 4, func(c *comparison) *float64 { return c.adjusted })}
	out = append(out, rank(1, Num("", "U", "", 1, func(c *comparison) *float64 { return c.test.U }),
		Num("", "least p", "", 4, func(c *comparison) *float64 { return c.best }),
		Count("", "family", "tests", func(c *comparison) int { return c.family }))...)
	return append(out, word("", "verdict", (*comparison).verdict))
}

// verdicts counts what the comparisons say, by definition.
func verdicts(items []*comparison) string {
	var out string
	for _, d := range definitions() {
		n := tally(items, d)
		if n.all == 0 {
			continue
		}
		out += fmt.Sprintf("%s: %d of %d differ after Holm", d.name, n.differ, n.all)
		if n.tooFew > 0 {
			out += fmt.Sprintf(", %d could not have whatever was measured", n.tooFew)
		}
		out += ". "
	}
	return out
}

// tallied counts the comparisons of one definition that have a p.
type tallied struct{ all, differ, tooFew int }

// tally counts what their verdicts are.
func tally(items []*comparison, d definition) (n tallied) {
	for _, c := range items {
		if c.def.name != d.name || c.adjusted == nil {
			continue
		}
		n.all++
		switch c.verdict() {
		case differ:
			n.differ++
		case tooFew:
			n.tooFew++
		}
	}
	return n
}
