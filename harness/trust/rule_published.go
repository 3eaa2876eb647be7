package trust

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// stated is a value that a file states beside what its raw data give.
type stated struct {
	name            string
	says, recompute *float64
}

// publishedDiffers computes again what files state of themselves: the study's
// results under the study's own formulas, the derived block of duet's runs
// under duet's.
func publishedDiffers(a *Auditor) record.Finding {
	c := comparison{tolerance: a.Tolerance, differing: map[string]int{}}
	for _, r := range a.Set.Rows {
		if r.Run.OK() {
			c.see(r.Run, statements(r))
		}
	}
	for _, g := range a.Cells[record.SuiteSingle] {
		if len(g.Rows) > 0 {
			c.see(g.First(), aggregates(g))
		}
	}
	if c.values == 0 {
		return Skip("No file states a result of its own.")
	}
	figures := []record.Figure{
		Count("", "values stated and computed again", "values", c.values, 0),
		{Name: "largest relative difference", Value: stats.Finite(c.largest), N: c.values, Decimals: 9},
	}
	if len(c.runs) == 0 {
		return Nothing(fmt.Sprintf("%d values that the files state come out of their raw data within a relative %.0e.", c.values, a.Tolerance), figures...)
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(c.differing)) {
		figures = append(figures, Count(name, "stated values that differ", "values", c.differing[name], 0))
		parts = append(parts, fmt.Sprintf("%s in %s", name, Things(c.differing[name], "place")))
	}
	return a.Found("Values stated in the files are not what their raw data give: "+strings.Join(parts, ", ")+". Tables compute and do not use them.", figures, c.runs)
}

// comparison counts what was compared.
type comparison struct {
	tolerance float64
	values    int
	largest   float64
	differing map[string]int
	runs      []*record.Run
}

func (c *comparison) see(r *record.Run, values []stated) {
	differs := false
	for _, v := range values {
		if v.says == nil && v.recompute == nil {
			continue
		}
		c.values++
		off := distance(v.says, v.recompute)
		c.largest = max(c.largest, off)
		if off > c.tolerance {
			c.differing[v.name]++
			differs = true
		}
	}
	if differs {
		c.runs = append(c.runs, r)
	}
}

// distance is the relative difference; 1 where only one of two is there.
func distance(x, y *float64) float64 {
	if x == nil || y == nil {
		return 1
	}
	if *x == *y {
		return 0
	}
	return math.Abs(*x-*y) / max(math.Abs(*x), math.Abs(*y))
}
