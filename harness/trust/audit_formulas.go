package trust

import (
	"fmt"
	"math"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// byFormula are the ways to compare runtimes; the first is what was published. The next
// two take one formula for all, each in turn, so that the choice of one favours no
// runtime. The last is the only one that can see contention.
var byFormula = []Quantity{published, server, client, estimate}

// formulas is every runtime under every formula, then their gap.
func formulas(groups []Group) []record.Figure {
	var out []record.Figure
	for _, g := range groups {
		for _, q := range byFormula {
			out = append(out, q.Mean(g))
		}
	}
	for _, q := range byFormula {
		f := q.One("gap", printedGap(q, groups), len(groups))
		f.Unit = strings.ReplaceAll(q.Unit, "%", "points")
		out = append(out, f)
	}
	return out
}

// printedGap is the largest minus the smallest mean, both as printed, so that
// the row can be checked with a pencil. exactGap does not round.
func printedGap(q Quantity, groups []Group) *float64 {
	lo, hi := extremes(q, groups)
	return stats.Minus(rounded(hi, q.Decimals), rounded(lo, q.Decimals))
}

// exactGap is what the gap would be of means that nobody rounded.
func exactGap(q Quantity, groups []Group) *float64 {
	lo, hi := extremes(q, groups)
	return stats.Minus(hi, lo)
}

// extremes are the smallest and the largest mean of the groups that have one.
func extremes(q Quantity, groups []Group) (lo, hi *float64) {
	for _, f := range Means(q, groups) {
		if lo == nil || *f.Value < *lo {
			lo = f.Value
		}
		if hi == nil || *f.Value > *hi {
			hi = f.Value
		}
	}
	return lo, hi
}

// rounded is a value as it is printed.
func rounded(v *float64, decimals int) *float64 {
	if v == nil {
		return nil
	}
	k := math.Pow10(decimals)
	return stats.Finite(math.Round(*v*k) / k)
}

// allGaps says what the comparison is under one formula.
func allGaps(groups []Group) string {
	return fmt.Sprintf("As published: %s, a gap of %s. With the server formula for all: %s, a gap of %s. With the client formula for all: %s, a gap of %s. Neither formula can see contention; tokens per wall second together over one agent's solo decode rate: %s.",
		List(Means(published, groups)), gap(published, groups),
		List(Means(server, groups)), gap(server, groups),
		List(Means(client, groups)), gap(client, groups), List(Means(estimate, groups)))
}

// gap is the gap of the printed means, with the exact one where it prints
// otherwise: a reader who subtracts two printed numbers must not find an audit wrong.
func gap(q Quantity, groups []Group) string {
	printed, exact := record.Say(printedGap(q, groups), q.Decimals), record.Say(exactGap(q, groups), q.Decimals)
	if printed == exact {
		return printed + " points"
	}
	return fmt.Sprintf("%s points (%s before rounding)", printed, exact)
}

// formulasByCell is every dual-agent cell of some runs under every formula.
func (a *Auditor) formulasByCell(runs []*record.Run) []record.Figure {
	concerned := map[*record.Run]bool{}
	for _, r := range runs {
		concerned[r] = true
	}
	var out []record.Figure
	for _, g := range a.Cells[record.SuiteMulti] {
		if len(g.Rows) == 0 || !concerned[g.Rows[0].Run] {
			continue
		}
		for _, q := range byFormula {
			out = append(out, q.Mean(g))
		}
	}
	return out
}
