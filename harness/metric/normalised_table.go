package metric

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// relative is a model beside the baseline model.
type relative struct {
	modelled
	base *float64
}

// percent is a ratio of means, as the study's plan has it. It carries the noise of
// both models, and the interval beside it is of the model's own median alone.
func (r relative) percent() *float64 { return percentOf(r.s.Mean(), r.base) }

// normalised is every model as a percentage of one. Models are compared within a
// runtime, never across: another runtime's client is another measuring device.
func (v *view) normalised() table.Table {
	base := v.baseline()
	how := "the first model by name, since none is called Gemma"
	if isGemma(base) {
		how = "the study's baseline"
	}
	t := table.Table{
		ID: "normalised", Title: "Models as a percentage of " + base, Section: table.AppendixPlan,
		Definition: fmt.Sprintf("Mean ÷ mean of %s (%s), same runtime, × 100. TTFT: less is better. Decode rates are means over calls and TTFT is the study's: the server's prompt time for Python, the client's time to first text else.", base, how),
		N:          nPool, Terms: []table.Term{termDefinitions},
	}
	var items []relative
	for _, c := range v.contests() {
		var mean *float64
		for _, m := range c.models {
			if m.First().Cell.Model() == base {
				mean = m.s.Mean()
			}
		}
		for _, m := range c.models {
			items = append(items, relative{m, mean})
		}
	}
	sample := func(r relative) stats.Sample { return r.s }
	return Fill(v.set, t, items, []Column[relative]{
		word("", "measure", func(r relative) string { return r.m.what() }), colRuntime[relative](), colModel[relative](),
		Count("", "n", "runs", func(r relative) int { return r.s.N() })},
		statistics("", "", 2, sample, statMean),
		[]Column[relative]{Num("", "of baseline", "%", 1, relative.percent)},
		rank(1, statistics("", "", 2, sample, statMedian, statLo, statHi)...))
}
