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

// definitions are what the words of a headline mean in one layout of file: formula,
// TTFT, sign, contention, work; "" is duet's own.
var definitions = map[string]string{
	"":                        "speedup from tokens together over tokens alone; TTFT on the client's clock; Δ TTFT insight − collector; contention where together is slower than taking turns",
	record.LayoutPythonMulti:  "speedup from the server's prompt and eval time over wall; TTFT is the server's prompt_eval_duration; Δ TTFT insight − collector; contention never computed; one call per agent, not streamed",
	record.LayoutRustMulti:    "speedup from the agents' own wall times over wall; TTFT on the client's clock, model load included; Δ TTFT collector − insight; contention below a speedup of 1.5; several calls per agent, streamed",
	record.LayoutPythonSingle: "TTFT is the server's prompt_eval_duration",
	record.LayoutRustSingle:   "TTFT on the client's clock, model load included",
}

// mixedDefinitions looks for sessions whose runtimes were not measured by the
// same definitions, and says what is left of their gap when they are.
//
// The study's 95 % for Rust and 83 % for Python are quotients of different things: one
// divides the agents' own times by the window, the other only what the server worked for
// them. So the rule computes every runtime again under each formula, and the gap with it:
// the reader sees how much of it was measured.
func mixedDefinitions(a *Auditor) record.Finding {
	var text []string
	var figures []record.Figure
	var runs []*record.Run
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		for _, groups := range sessions(a.Runtimes[suite]) {
			if !slices.ContainsFunc(groups, func(g Group) bool { return layout(g.First()) != layout(groups[0].First()) }) {
				continue
			}
			for _, g := range groups {
				runs = append(runs, runsOf(g.Rows)...)
			}
			text = append(text, said(suite, groups))
			if suite == record.SuiteSingle {
				figures = append(figures, firstTexts(groups)...)
			} else {
				figures = append(figures, underEach(groups)...)
				for _, q := range byFormula {
					f := q.One("gap", gapOf(q, groups, true), len(groups))
					f.Unit = strings.ReplaceAll(q.Unit, "%", "points")
					figures = append(figures, f)
				}
				text = append(text, allGaps(groups))
			}
		}
	}
	if len(runs) == 0 {
		return Nothing("All runs that stand in one table were measured by the same definitions.")
	}
	concerned := slices.DeleteFunc(slices.Clone(a.Cells[record.SuiteMulti]), func(g Group) bool {
		return len(g.Rows) == 0 || !slices.Contains(runs, g.Rows[0].Run)
	})
	return a.Found(strings.Join(text, " "), append(figures, underEach(concerned)...), runs)
}

// sessions splits groups that must not be compared: tables never mix sessions. Two
// layouts in two sessions stand in no table together, so they are no fault. Groups
// in which every run failed are left out: they have no value to compare.
func sessions(groups []Group) [][]Group {
	return bySession(slices.DeleteFunc(slices.Clone(groups), func(g Group) bool { return len(g.Rows) == 0 }))
}

// layout is whose definitions a run's numbers follow; "" is duet's. One layout
// throughout means one definition.
func layout(r *record.Run) string {
	if r.Imported == nil {
		return ""
	}
	return r.Imported.Layout
}

// said names the definitions of each runtime.
func said(suite string, groups []Group) string {
	var parts []string
	for _, g := range groups {
		parts = append(parts, fmt.Sprintf("%s (%s)", g.Name, definitions[layout(g.First())]))
	}
	what := "The multi-agent headline compares "
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

// underEach is every group under every formula.
func underEach(groups []Group) []record.Figure {
	var out []record.Figure
	for _, g := range groups {
		for _, q := range byFormula {
			out = append(out, q.Mean(g))
		}
	}
	return out
}

// gapOf is the largest minus the smallest mean. It is computed of means as printed, so
// that a row can be checked with a pencil, or of means that nobody rounded.
func gapOf(q Quantity, groups []Group, printed bool) *float64 {
	var means []float64
	for _, f := range Means(q, groups) {
		v := *f.Value
		if k := math.Pow10(q.Decimals); printed {
			v = math.Round(v*k) / k
		}
		means = append(means, v)
	}
	if len(means) == 0 {
		return nil
	}
	return stats.Finite(slices.Max(means) - slices.Min(means))
}

// allGaps says what the comparison is under one formula. It has the gap of the printed
// means, with the exact one where it prints otherwise: a reader who subtracts two printed
// numbers must not find an audit wrong.
func allGaps(groups []Group) string {
	text := ""
	for i, how := range []string{"As published", "With the server formula for all", "With the client formula for all"} {
		q := byFormula[i]
		printed, exact := record.Say(gapOf(q, groups, true), q.Decimals), record.Say(gapOf(q, groups, false), q.Decimals)
		text += fmt.Sprintf("%s: %s, a gap of %s points", how, List(Means(q, groups)), printed)
		if printed != exact {
			text += fmt.Sprintf(" (%s before rounding)", exact)
		}
		text += ". "
	}
	return text + fmt.Sprintf("Neither formula can see contention; tokens per wall second together over one agent's solo decode rate: %s.", List(Means(estimate, groups)))
}
