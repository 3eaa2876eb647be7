package metric

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// runtimeChoice says what is left of a difference between client runtimes under one
// definition for both, and whether the tests show any. Gaps are of pools and tests
// are of cells: a gap may come from cells that only one runtime has.
func (v *view) runtimeChoice() []string {
	head, ok := v.headline()
	gaps := v.gaps()
	if !ok || len(gaps) == 0 {
		return nil
	}
	items := v.comparisons(byRuntime, head)
	pair := func(g gap) [2]string { return [2]string{g.b.First().Cell.Runtime(), g.a.First().Cell.Runtime()} }
	var out []string
	for _, same := range Alike(gaps, pair) {
		p := pair(same[0])
		out = append(out, fmt.Sprintf("Runtime, %s against %s: the gap of means is %s.%s %s", p[0], p[1], gapList(same), mixes(same), testsSay(items, p, head)))
	}
	return out
}

// mixes says where the published gap is one of formulas too.
func mixes(gaps []gap) string {
	for _, g := range gaps {
		if a, b := formula(g.a.Rows), formula(g.b.Rows); a != "" && b != "" && a != b {
			return " The published one is between two formulas."
		}
	}
	return ""
}

// formula is that of what was published of rows, "" where nothing was.
func formula(rows []*Row) string {
	if len(rows) == 0 {
		return ""
	}
	return rows[0].S.Formula
}

// gapList is the gaps of one pair, with n once where it is the same for all.
func gapList(gaps []gap) string {
	count := func(g gap) string { return fmt.Sprintf("n = %d and %d", g.b.s.N(), g.a.s.N()) }
	alike := !slices.ContainsFunc(gaps, func(g gap) bool { return count(g) != count(gaps[0]) })
	var words []string
	for _, g := range gaps {
		w := record.Say(g.mean(), 2) + " (" + g.definition()
		if !alike {
			w += ", " + count(g)
		}
		words = append(words, w+")")
	}
	if !alike {
		return list(words)
	}
	return list(words) + ", each of " + count(gaps[0])
}

// testsSay is what the tests of one pair of runtimes say under the headline
// definition, and no more. "Too few runs" comes before "no difference": the first
// says that the second could not have been otherwise.
func testsSay(items []*comparison, pair [2]string, head definition) string {
	var of []*comparison
	for _, c := range items {
		if byRuntime.of(c.b.First()) == pair[0] && byRuntime.of(c.a.First()) == pair[1] {
			of = append(of, c)
		}
	}
	n := tally(of, head)
	switch {
	case n.all == 0:
		return "No cell was run under both, so nothing is tested."
	case n.tooFew == n.all:
		return fmt.Sprintf("In %s, cell by cell, the runs are too few for any difference to be shown after Holm.", head.name)
	case n.differ == 0:
		return fmt.Sprintf("In %s, cell by cell, no difference is shown (0 of %s after Holm): these runs give no reason to prefer a runtime.", head.name, numbered(n.all, "test"))
	}
	return fmt.Sprintf("In %s, cell by cell, %d of %s differ after Holm.", head.name, n.differ, numbered(n.all, "test"))
}

// modelChoice names the fastest model where the runs tell it from the next. Where
// they do not, the order is still given, with the doubt in the same clause.
func (v *view) modelChoice() []string {
	var out []string
	for _, c := range v.contests() {
		r := rankModels(c)
		if c.m.suite != record.SuiteMulti || c.m.name != rateTogether || r.second == nil {
			continue
		}
		a, b := r.winner, r.second
		words := fmt.Sprintf("%s %s tok/s (n = %d) before %s %s (n = %d) under %s", a.First().Cell.Model(), record.Say(a.s.Percentile(50), 1), a.s.N(),
			b.First().Cell.Model(), record.Say(b.s.Percentile(50), 1), b.s.N(), a.First().Cell.Runtime())
		if r.verdict() != distinguishable {
			words += ", " + r.verdict()
		}
		out = append(out, words)
	}
	if len(out) == 0 {
		return nil
	}
	return sentence("Model: by the median rate together, %s. Quality of the replies was not measured.", list(out))
}

// whatDominates says whether model or runtime makes more of the difference. It
// takes the headline definition alone: under "published" the runtime's share holds
// a change of formula.
func (v *view) whatDominates() []string {
	head, ok := v.headline()
	if !ok {
		return nil
	}
	of := map[string]dominant{}
	for _, d := range v.dominants(head) {
		if d.over == allRuns && d.Share != nil {
			of[d.factor] = d
		}
	}
	model, runtime := of["model"], of["runtime"]
	if model.Share == nil || runtime.Share == nil {
		return nil
	}
	return sentence("Model or runtime: of the variance in %s (n = %d) the model makes %s and the runtime %s; %s.",
		head.name, model.N, part(model), part(runtime), larger(model, runtime))
}

// part is a share with its interval, in percent.
func part(d dominant) string {
	return fmt.Sprintf("%s %% (95 %% interval %s to %s)", record.Say(stats.Scaled(d.Share, 100), 1), record.Say(stats.Scaled(d.Lo, 100), 1), record.Say(stats.Scaled(d.Hi, 100), 1))
}

// larger compares by intervals that do not overlap, which asks for more than a test
// would: a sentence that gets quoted should err to that side.
func larger(model, runtime dominant) string {
	switch {
	case model.Lo == nil || runtime.Lo == nil:
		return "without intervals neither can be called the larger"
	case *model.Lo > *runtime.Hi:
		return "the model matters more"
	case *runtime.Lo > *model.Hi:
		return "the runtime matters more"
	}
	return "the intervals overlap, so neither is shown to be the larger"
}
