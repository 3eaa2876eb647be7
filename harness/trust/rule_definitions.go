package trust

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// definition is what the words of a headline mean in one layout of file. A field
// is empty where the layout has no such number, or there is nothing to say of it.
type definition struct{ formula, ttft, sign, contention, work string }

// String joins what there is.
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
	record.LayoutPythonMulti: {
		"speedup from the server's prompt and eval time over wall", "TTFT is the server's prompt_eval_duration",
		"Δ TTFT insight − collector", "contention never computed", "one call per agent, not streamed",
	},
	record.LayoutRustMulti: {
		"speedup from the agents' own wall times over wall", "TTFT on the client's clock, model load included",
		"Δ TTFT collector − insight", "contention below a speedup of 1.5", "several calls per agent, streamed",
	},
	record.LayoutPythonSingle: {ttft: "TTFT is the server's prompt_eval_duration"},
	record.LayoutRustSingle:   {ttft: "TTFT on the client's clock, model load included"},
}

// mixedDefinitions looks for sessions whose runtimes were not measured by the
// same definitions, and says what is left of their gap when they are.
//
// It is the first rule because it decides the headline. The study's 95 % for Rust
// and 83 % for Python are quotients of different things: one divides the agents'
// own times by the window, the other only what the server worked for them. The gap
// of 12 points is in part the difference of the formulas, and whoever reads the
// table takes it for a difference of the languages.
//
// So the rule does not stop at naming them. It computes every runtime again under
// each formula, and the gap with it: the reader sees how much of it was measured.
func mixedDefinitions(a *Auditor) record.Finding {
	var text []string
	var figures []record.Figure
	var runs []*record.Run
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		for _, groups := range sessions(a.Runtimes[suite]) {
			if len(layouts(groups)) < 2 {
				continue
			}
			for _, g := range groups {
				runs = append(runs, runsOf(g.Rows)...)
			}
			text = append(text, said(suite, groups))
			if suite == record.SuiteSingle {
				figures = append(figures, firstTexts(groups)...)
			}
			if suite == record.SuiteMulti {
				figures = append(figures, formulas(groups)...)
				text = append(text, allGaps(groups))
			}
		}
	}
	if len(runs) == 0 {
		return Nothing("All runs that stand in one table were measured by the same definitions.")
	}
	return a.Found(strings.Join(text, " "), append(figures, a.formulasByCell(runs)...), runs)
}

// sessions splits groups that must not be compared: tables never mix sessions. Two
// layouts in two sessions stand in no table together, so they are no fault. Groups
// in which every run failed are left out: they have no value to compare.
func sessions(groups []Group) [][]Group {
	return bySession(slices.DeleteFunc(slices.Clone(groups), func(g Group) bool { return len(g.Rows) == 0 }))
}

// layout is whose definitions a run's numbers follow; "" is duet's.
func layout(r *record.Run) string {
	if r.Imported == nil {
		return ""
	}
	return r.Imported.Layout
}

// layouts names the runtimes by layout. One layout throughout means one definition.
func layouts(groups []Group) map[string][]string {
	out := map[string][]string{}
	for _, g := range groups {
		for _, r := range g.Rows {
			if l := layout(r.Run); !slices.Contains(out[l], g.Name) {
				out[l] = append(out[l], g.Name)
			}
		}
	}
	return out
}

// said names the definitions of each runtime.
func said(suite string, groups []Group) string {
	var parts []string
	for _, g := range groups {
		parts = append(parts, fmt.Sprintf("%s (%s)", g.Name, definitions[layout(g.First())]))
	}
	what := "The dual-agent headline compares "
	if suite == record.SuiteSingle {
		what = "The single-agent tables compare "
	}
	return what + strings.Join(parts, " with ") + "."
}

// firstText is TTFT as the tables of a runtime have it, which is the point: the
// server's time for the prompt in one, what the client waited in the other.
var firstText = Quantity{"TTFT by its own definition", "ms", 2, func(r *metric.Row) *float64 { return r.S.BaselineTTFTMS }}

// firstTexts shows what two definitions of TTFT make of one baseline agent. No gap
// is computed: the difference of two quantities is not one of two runtimes.
func firstTexts(groups []Group) []record.Figure {
	var out []record.Figure
	for _, g := range groups {
		f := firstText.Mean(g)
		f.Of += ", single baseline"
		out = append(out, f)
	}
	return out
}

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
