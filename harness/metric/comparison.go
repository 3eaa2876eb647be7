package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// comparison is two cells that differ in one coordinate, under one definition.
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

func (c *comparison) First() *record.Run { return c.a.First() }
func (c *comparison) definition() string { return c.def.name }

// Verdicts of a comparison.
const (
	differ   = "differ"
	notShown = "no difference shown"
	tooFew   = "too few runs to reject"
	noData   = "no data"
)

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

var (
	byRuntime  = axis{"runtime", func(r *record.Run) string { return r.Cell.Runtime() }}
	byScenario = axis{"scenario", func(r *record.Run) string { return r.Cell.Scenario() }}
)

// pairs are the cells that differ in the axis alone, in the set's order.
func (v *view) pairs(x axis) [][2]Group {
	at := map[string]int{}
	var alike [][]Group
	for _, g := range v.multi.cells {
		k := g.First().Pool(x.name)
		i, ok := at[k]
		if !ok {
			i, alike = len(alike), append(alike, nil)
			at[k] = i
		}
		alike[i] = append(alike[i], g)
	}
	var out [][2]Group
	for _, groups := range alike {
		for i, a := range groups {
			for _, b := range groups[i+1:] {
				out = append(out, [2]Group{a, b})
			}
		}
	}
	return out
}

// comparisons tests every pair under each of some definitions. The tests of one
// definition and origin are one family for Holm.
func (v *view) comparisons(x axis, have ...definition) []*comparison {
	pairs := v.pairs(x)
	var out []*comparison
	for _, o := range v.multi.origins {
		for _, d := range have {
			var family []*comparison
			for _, p := range pairs {
				if sameOrigin(p[0].First(), o.First()) {
					family = append(family, v.compare(p[0], p[1], d))
				}
			}
			out = append(out, adjust(family)...)
		}
	}
	return out
}

func (v *view) compare(a, b Group, d definition) *comparison {
	x, y := a.efficiency(d), b.efficiency(d)
	c := &comparison{a: a, b: b, def: d, test: stats.MannWhitney(x.Values, y.Values), missing: x.Absent + y.Absent}
	c.medianA, c.medianB = x.Percentile(50), y.Percentile(50)
	c.difference, c.Interval = v.bootstrap.MedianDifference(x.Values, y.Values)
	return c
}

// adjust applies Holm to what was found and to the best that could have been.
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
