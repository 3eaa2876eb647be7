package metric

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// moreRuns counts the cells that are too short for an interval, and those that are
// shorter than the others: a pool over cells is then weighted by what failed.
func (x Thresholds) moreRuns(v *view) []string {
	var short, odd int
	cells := slices.Concat(v.multi.cells, v.single.cells)
	most := map[string]int{}
	for _, g := range cells {
		most[g.First().Suite] = max(most[g.First().Suite], len(g.Rows))
	}
	for _, g := range cells {
		if len(g.Rows) < x.Runs {
			short++
		}
		if len(g.Rows) < most[g.First().Suite] {
			odd++
		}
	}
	var said []string
	if short > 0 {
		said = append(said, fmt.Sprintf("%d of %s have fewer than the %d measured runs that a 95 %% interval of a median needs", short, numbered(len(cells), "cell"), x.Runs))
	}
	if odd > 0 {
		said = append(said, fmt.Sprintf("%d of %s have fewer runs than the longest of their suite (%s), so what is pooled over cells weighs them less", odd, numbered(len(cells), "cell"), mostRuns(most)))
	}
	if len(said) == 0 {
		return nil
	}
	return sentence("Repeat: %s.", list(said))
}

// mostRuns is the length of the longest cell of each suite.
func mostRuns(most map[string]int) string {
	var words []string
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		if most[suite] > 0 {
			words = append(words, fmt.Sprintf("%s: %d", suite, most[suite]))
		}
	}
	return list(words)
}

// energy says that nothing is known of cost, where it is so: silence would read as
// if cost did not matter.
func (x Thresholds) energy(v *view) []string {
	if len(v.multi.models) == 0 && len(v.single.models) == 0 {
		return nil
	}
	if slices.ContainsFunc(v.set.Rows, func(r *Row) bool { return len(r.D.Energy) > 0 }) {
		return nil // the table of energy says it, and what of it is best depends on prices
	}
	return sentence("Cost: no run carries energy, so tokens per joule are n/a in all %d runs and nothing is recommended on cost.", len(v.set.Rows))
}
