package audit

import (
	"fmt"
	"math"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// byFormula are the ways to compare runtimes; the first is what was published.
var byFormula = []quantity{published, server, client, estimate}

// formulas is every runtime under every formula, then their gap.
func formulas(groups []group) []Figure {
	var out []Figure
	for _, g := range groups {
		for _, q := range byFormula {
			out = append(out, q.mean(g))
		}
	}
	for _, q := range byFormula {
		f := q.one("gap", printedGap(q, groups), len(groups))
		f.Unit = strings.ReplaceAll(q.unit, "%", "points")
		out = append(out, f)
	}
	return out
}

// printedGap is the largest minus the smallest mean, both as printed, so that
// the row can be checked with a pencil. exactGap does not round.
func printedGap(q quantity, groups []group) *float64 {
	lo, hi := extremes(q, groups)
	return stats.Minus(rounded(hi, q.decimals), rounded(lo, q.decimals))
}

func exactGap(q quantity, groups []group) *float64 {
	lo, hi := extremes(q, groups)
	return stats.Minus(hi, lo)
}

func extremes(q quantity, groups []group) (lo, hi *float64) {
	for _, f := range means(q, groups) {
		if lo == nil || *f.Value < *lo {
			lo = f.Value
		}
		if hi == nil || *f.Value > *hi {
			hi = f.Value
		}
	}
	return lo, hi
}

func rounded(v *float64, decimals int) *float64 {
	if v == nil {
		return nil
	}
	k := math.Pow10(decimals)
	return stats.Finite(math.Round(*v*k) / k)
}

// gaps says what the comparison is under one formula.
func gaps(groups []group) string {
	return fmt.Sprintf("As published: %s, a gap of %s. With the server formula for all: %s, a gap of %s. With the client formula for all: %s, a gap of %s. Neither formula can see contention; tokens per wall second together over one agent's solo decode rate: %s.",
		list(means(published, groups)), gap(published, groups),
		list(means(server, groups)), gap(server, groups),
		list(means(client, groups)), gap(client, groups), list(means(estimate, groups)))
}

// gap is the gap of the printed means, with the exact one where it prints
// otherwise.
func gap(q quantity, groups []group) string {
	printed, exact := say(printedGap(q, groups), q.decimals), say(exactGap(q, groups), q.decimals)
	if printed == exact {
		return printed + " points"
	}
	return fmt.Sprintf("%s points (%s before rounding)", printed, exact)
}

// formulasByCell is every dual-agent cell of some runs under every formula.
func (a *auditor) formulasByCell(runs []*record.Run) []Figure {
	concerned := map[*record.Run]bool{}
	for _, r := range runs {
		concerned[r] = true
	}
	var out []Figure
	for _, g := range a.cells[record.SuiteMulti] {
		if len(g.Rows) == 0 || !concerned[g.Rows[0].Run] {
			continue
		}
		for _, q := range byFormula {
			out = append(out, q.mean(g))
		}
	}
	return out
}
