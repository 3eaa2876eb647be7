package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metrics"
)

// definition is what the words of a headline mean in one layout of file.
type definition struct{ formula, ttft, sign, contention, work string }

func (d definition) String() string {
	var out []string
	for _, p := range []string{d.formula, d.ttft, d.sign, d.contention, d.work} {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "; ")
}

// definitions by layout; "" is duet's own.
var definitions = map[string]definition{
	"": {"speedup from tokens together over tokens alone", "TTFT on the client's clock", "Δ TTFT insight − collector", "contention where together is slower than taking turns", ""},
	metrics.LayoutPythonMulti: {
		"speedup from the server's prompt and eval time over wall", "TTFT is the server's prompt_eval_duration",
		"Δ TTFT insight − collector", "contention never computed", "one call per agent, not streamed",
	},
	metrics.LayoutRustMulti: {
		"speedup from the agents' own wall times over wall", "TTFT on the client's clock, model load included",
		"Δ TTFT collector − insight", "contention below a speedup of 1.5", "several calls per agent, streamed",
	},
	metrics.LayoutPythonSingle: {ttft: "TTFT is the server's prompt_eval_duration"},
	metrics.LayoutRustSingle:   {ttft: "TTFT on the client's clock, model load included"},
}

// mixedDefinitions looks for sessions whose runtimes were not measured by the
// same definitions, and says what is left of their gap when they are.
func mixedDefinitions(a *auditor) Finding {
	var text []string
	var figures []Figure
	var runs []*metrics.Run
	for _, suite := range []string{metrics.SuiteMulti, metrics.SuiteSingle} {
		for _, groups := range sessions(a.runtimes[suite]) {
			if len(layouts(groups)) < 2 {
				continue
			}
			for _, g := range groups {
				runs = append(runs, runsOf(g.Rows)...)
			}
			text = append(text, said(suite, groups))
			if suite == metrics.SuiteMulti {
				figures = append(figures, formulas(groups)...)
				text = append(text, gaps(groups))
			}
		}
	}
	if len(runs) == 0 {
		return clear("All runs that stand in one table were measured by the same definitions.")
	}
	return a.found(strings.Join(text, " "), append(figures, a.formulasByCell(runs)...), runs)
}

// sessions splits groups that must not be compared: tables never mix sessions.
func sessions(groups []group) [][]group {
	at := map[string]int{}
	var out [][]group
	for _, g := range groups {
		if len(g.Rows) == 0 {
			continue
		}
		key := g.First().Session + "\x00" + g.First().Backend.Label()
		i, ok := at[key]
		if !ok {
			i, out = len(out), append(out, nil)
			at[key] = i
		}
		out[i] = append(out[i], g)
	}
	return out
}

func layout(r *metrics.Run) string {
	if r.Imported == nil {
		return ""
	}
	return r.Imported.Layout
}

func layouts(groups []group) map[string][]string {
	out := map[string][]string{}
	for _, g := range groups {
		for _, r := range g.Rows {
			if l := layout(r.Run); !slices.Contains(out[l], g.name) {
				out[l] = append(out[l], g.name)
			}
		}
	}
	return out
}

// said names the definitions of each runtime.
func said(suite string, groups []group) string {
	var parts []string
	for _, g := range groups {
		parts = append(parts, fmt.Sprintf("%s (%s)", g.name, definitions[layout(g.First())]))
	}
	what := "The dual-agent headline compares "
	if suite == metrics.SuiteSingle {
		what = "The single-agent tables compare "
	}
	return what + strings.Join(parts, " with ") + "."
}

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
	return minus(rounded(hi, q.decimals), rounded(lo, q.decimals))
}

func exactGap(q quantity, groups []group) *float64 {
	lo, hi := extremes(q, groups)
	return minus(hi, lo)
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
	return number(math.Round(*v*k) / k)
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
func (a *auditor) formulasByCell(runs []*metrics.Run) []Figure {
	concerned := map[*metrics.Run]bool{}
	for _, r := range runs {
		concerned[r] = true
	}
	var out []Figure
	for _, g := range a.cells[metrics.SuiteMulti] {
		if len(g.Rows) == 0 || !concerned[g.Rows[0].Run] {
			continue
		}
		for _, q := range byFormula {
			out = append(out, q.mean(g))
		}
	}
	return out
}
