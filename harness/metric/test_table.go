package metric

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// comparison is two cells that differ in one coordinate, under one definition.
//
// The test is Mann-Whitney's, since a cell has few runs and a cold first one makes
// their distribution skewed: a t-test would need them to be normal. It looks at
// ranks, so the size of a difference is not in p; that is what the medians and the
// interval are for. It takes runs as independent. A machine that warms up or
// throttles over a session breaks that, and p is then too small.
type comparison struct {
	a, b       Group
	def        definition
	test       stats.Test
	medianA    *float64
	medianB    *float64
	difference *float64 // median of b − median of a
	stats.Interval
	family         int      // tests that were adjusted together
	adjusted, best *float64 // P and Least after Holm
	missing        int      // runs without the quantity
}

// First is of the first cell. The other's value of the compared coordinate has a
// column of its own.
func (c *comparison) First() *record.Run { return c.a.First() }
func (c *comparison) definition() string { return c.def.name }

// Verdicts of a comparison.
const (
	differ   = "differ"
	notShown = "no difference shown"
	tooFew   = "too few runs to reject"
	noData   = "no data"
)

// verdict says what the runs show. "No difference shown" is not "equal": it is what
// many small cells say of a real difference. tooFew is the stronger remark, and is
// asked last since a test that rejects had enough runs.
func (c *comparison) verdict() string {
	switch {
	case c.adjusted == nil:
		return noData
	case *c.adjusted < stats.Alpha:
		return differ
	case *c.best >= stats.Alpha:
		return tooFew
	}
	return notShown
}

// axis is a coordinate whose values are compared.
type axis struct {
	name string
	of   func(*record.Run) string
}

// What is compared: clients on the same cell, and pairings of options.
var (
	byRuntime  = axis{"runtime", func(r *record.Run) string { return r.Cell.Runtime() }}
	byScenario = axis{"scenario", func(r *record.Run) string { return r.Cell.Scenario() }}
)

// pairs are the cells that differ in the axis alone, in the set's order, each with
// every later one. What they share includes session and backend, so no test ever
// compares two machines or two sessions.
func (v *view) pairs(x axis) [][2]Group {
	var out [][2]Group
	for _, groups := range Alike(v.multi.cells, func(g Group) string { return g.First().Pool(x.name) }) {
		for i, a := range groups {
			for _, b := range groups[i+1:] {
				out = append(out, [2]Group{a, b})
			}
		}
	}
	return out
}

// comparisons tests every pair under each of some definitions. The tests of one
// definition and origin are one family for Holm: a reader takes one definition and
// looks down its rows. The definitions are computed from the same runs, so one
// family over all of them would charge several times for one look. Whoever chooses
// the definition after reading the table is not protected by it.
func (v *view) comparisons(x axis, have ...definition) []*comparison {
	pairs := v.pairs(x)
	var out []*comparison
	for _, o := range v.multi.origins {
		for _, d := range have {
			var family []*comparison
			for _, p := range pairs {
				if SameOrigin(p[0].First(), o.First()) {
					family = append(family, v.compare(p[0], p[1], d))
				}
			}
			out = append(out, adjust(family)...)
		}
	}
	return out
}

// compare tests one pair. The interval is of the difference of medians and the test
// is of ranks, so near the level they may disagree; the verdict is the test's.
func (v *view) compare(a, b Group, d definition) *comparison {
	x, y := a.efficiency(d), b.efficiency(d)
	c := &comparison{a: a, b: b, def: d, test: stats.MannWhitney(x.Values, y.Values), missing: x.Absent + y.Absent}
	c.medianA, c.medianB = x.Percentile(50), y.Percentile(50)
	c.difference, c.Interval = v.bootstrap.MedianDifference(x.Values, y.Values)
	return c
}

// adjust applies Holm to what was found and to the best that could have been: the p
// of two samples that do not overlap at all. Where even that is not below the level
// after Holm, the family is too large for so few runs, whatever was measured. A
// pair without values is no test and is not counted.
func adjust(family []*comparison) []*comparison {
	ps, best := make([]*float64, len(family)), make([]*float64, len(family))
	tests := 0
	for i, c := range family {
		ps[i], best[i] = c.test.P, c.test.Least
		if c.test.P != nil {
			tests++
		}
	}
	ps, best = stats.Holm(ps), stats.Holm(best)
	for i, c := range family {
		c.adjusted, c.best, c.family = ps[i], best[i], tests
	}
	return family
}

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
		Word("first", x.name, func(c *comparison) string { return x.of(c.a.First()) }),
		Word("second", x.name, func(c *comparison) string { return x.of(c.b.First()) }),
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
	return append(out, Word("", "verdict", (*comparison).verdict))
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
