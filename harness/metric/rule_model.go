package metric

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// modelChoice names the fastest model where the runs tell it from the next. Where
// they do not, the order is still given, with the doubt in the same clause.
func (x Thresholds) modelChoice(v *view) []string {
	var out []string
	for _, c := range v.contests() {
		r := rankModels(c)
		if c.m.suite != record.SuiteMulti || c.m.name != rateTogether || r.second == nil {
			continue
		}
		a, b := r.winner, r.second
		words := fmt.Sprintf("%s %s tok/s (n = %d) before %s %s (n = %d) under %s", a.First().Cell.Model(), fixed(a.s.Percentile(50), 1), a.s.N(),
			b.First().Cell.Model(), fixed(b.s.Percentile(50), 1), b.s.N(), a.First().Cell.Runtime())
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
func (x Thresholds) whatDominates(v *view) []string {
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
	return fmt.Sprintf("%s %% (95 %% interval %s to %s)", fixed(stats.Scaled(d.Share, 100), 1), fixed(stats.Scaled(d.Lo, 100), 1), fixed(stats.Scaled(d.Hi, 100), 1))
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
