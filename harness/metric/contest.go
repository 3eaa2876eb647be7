package metric

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// measure is what models are compared by in the views of the study's plan. The
// direction is the measure's, since less is better for a TTFT.
type measure struct {
	suite, name, unit string
	lower             bool // less is better
	of                pick
}

// rateTogether is the measure of the pair that needs no definition.
const rateTogether = "rate together"

// measures use each tool's own formulas for one agent: Row.S. For several agents
// they are the rate together and the efficiencies side by side. A contest is within
// one runtime, so "published" is one formula in each, although it is two over all
// runtimes.
func measures() []measure {
	return []measure{
		{record.SuiteSingle, "decode rate, baseline", "tok/s", false, func(r *Row) *float64 { return r.S.BaselineRate }},
		{record.SuiteSingle, "decode rate, tuned", "tok/s", false, func(r *Row) *float64 { return r.S.TunedRate }},
		{record.SuiteSingle, "TTFT, baseline", "ms", true, func(r *Row) *float64 { return r.S.BaselineTTFTMS }},
		{record.SuiteSingle, "TTFT, tuned", "ms", true, func(r *Row) *float64 { return r.S.TunedTTFTMS }},
		{record.SuiteMulti, rateTogether, "tok/s", false, func(r *Row) *float64 { return r.D.Get("aggregate_rate") }},
		{record.SuiteMulti, "efficiency measured", "%", false, measured.of},
		{record.SuiteMulti, "efficiency published", "%", false, published.of},
		{record.SuiteMulti, "together ÷ solo", "", false, togetherOverSolo.of},
	}
}

// what is the measure with its unit: rows of several units share the columns.
func (m measure) what() string {
	if m.unit == "" {
		return m.name
	}
	return m.name + ", " + m.unit
}

// modelled is a model under a runtime by one measure, over all its scenarios and
// options. Models that were run in different cells differ in these too.
type modelled struct {
	Group
	m measure
	s stats.Sample
}

// contest is the models of one runtime by one measure.
type contest struct {
	m      measure
	models []modelled
}

// First is the first model's: origin and runtime are those of all.
func (c contest) First() *record.Run { return c.models[0].First() }

// contests are every measure under every runtime; one that no run has is left out.
// A model without values stays in its contest, so that its row says that it has
// none.
func (v *view) contests() []contest {
	var out []contest
	for _, m := range measures() {
		s := v.single
		if m.suite == record.SuiteMulti {
			s = v.multi
		}
		for _, runtime := range s.runtimes {
			c := contest{m: m}
			known := 0
			for _, g := range ofOrigin(s.models, runtime.First().Origin()) {
				if g.First().Cell.Runtime() == runtime.First().Cell.Runtime() {
					x := modelled{g, m, g.Sample(m.of)}
					c.models, known = append(c.models, x), known+x.s.N()
				}
			}
			if known > 0 {
				out = append(out, c)
			}
		}
	}
	return out
}

// baseline is the model that others are a percentage of: the study's Gemma where
// there is one, else the first by name.
func (v *view) baseline() string {
	first := ""
	for i := range v.set.Rows {
		name := v.set.Rows[i].Run.Cell.Model()
		gemma, had := isGemma(name), isGemma(first)
		if first == "" || gemma && !had || gemma == had && name < first {
			first = name
		}
	}
	return first
}

// isGemma goes by a part of the name: tags differ (gemma3:latest, a tiny stand-in),
// and a share of one of them is read as the study's figure is.
func isGemma(model string) bool { return strings.Contains(strings.ToLower(model), "gemma") }

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
		Word("", "measure", func(r relative) string { return r.m.what() }), colRuntime[relative](), colModel[relative](),
		Count("", "n", "runs", func(r relative) int { return r.s.N() })},
		statistics("", "", 2, sample, statMean),
		[]Column[relative]{Num("", "of baseline", "%", 1, relative.percent)},
		rank(1, statistics("", "", 2, sample, statMedian, statLo, statHi)...))
}

// ranked is a contest with its first two, by the median: one cold run must not
// decide.
type ranked struct {
	contest
	winner, second *modelled // absent when there is no value, or one model
}

// rankModels orders models that have values. Equal medians keep the set's order, so
// that the winner is the same whatever was read first.
func rankModels(c contest) ranked {
	r := ranked{contest: c}
	order := slices.DeleteFunc(slices.Clone(c.models), func(m modelled) bool { return m.s.N() == 0 })
	slices.SortStableFunc(order, func(a, b modelled) int {
		switch x, y := *a.s.Percentile(50), *b.s.Percentile(50); {
		case x == y:
			return 0
		case (x < y) == c.m.lower:
			return -1
		}
		return 1
	})
	if len(order) > 0 {
		r.winner = &order[0]
	}
	if len(order) > 1 {
		r.second = &order[1]
	}
	return r
}

// distinguishable is the one verdict under which a winner may be named.
const distinguishable = "distinguishable"

// verdict says whether the runs tell the first from the second: their intervals do
// not overlap. That asks for more than a test would, and should: the two were
// picked for their places, and the best of many looks better than it is.
func (r ranked) verdict() string {
	if r.second == nil {
		return "one model"
	}
	a, b := r.winner.s.Center(), r.second.s.Center()
	switch {
	case a.Lo == nil || b.Lo == nil:
		return "not distinguishable: fewer than 6 runs"
	case *a.Lo <= *b.Hi && *b.Lo <= *a.Hi:
		return "not distinguishable"
	}
	return distinguishable
}

// winners is the best model by measure and runtime. Scenarios and options are
// pooled, and the quality of replies was not measured: a small model is fast.
func (v *view) winners() table.Table {
	t := table.Table{
		ID: "winners", Title: "Winning model by runtime and measure", Section: table.AppendixPlan,
		Definition: "Best and second model by the median; TTFT: less is better. Not distinguishable: their 95 % intervals overlap, or one has too few runs for an interval. " + defCenter,
		N:          nPool, Terms: []table.Term{termInterval, termDefinitions},
	}
	many := "two"
	if n := len(v.set.Agents()); n > 2 {
		many = strconv.Itoa(n)
	}
	var items []ranked
	for _, c := range v.contests() {
		if r := rankModels(c); r.winner != nil {
			items = append(items, r)
		}
	}
	return Fill(v.set, t, items, []Column[ranked]{
		Word("", "agents", func(r ranked) string {
			return map[string]string{record.SuiteSingle: "one", record.SuiteMulti: many}[r.m.suite]
		}),
		colRuntime[ranked](), Word("", "measure", func(r ranked) string { return r.m.what() })},
		placed("winner", func(r ranked) *modelled { return r.winner }),
		placed("second", func(r ranked) *modelled { return r.second }),
		[]Column[ranked]{Word("", "verdict", ranked.verdict)})
}

// placed are the columns of one place, absent where nobody has it.
func placed(heading string, of func(ranked) *modelled) []Column[ranked] {
	sample := func(r ranked) stats.Sample {
		if m := of(r); m != nil {
			return m.s
		}
		return stats.Sample{}
	}
	model := Column[ranked]{table.Column{Group: heading, Name: "model", Text: true}, func(r ranked) table.Value {
		if m := of(r); m != nil {
			return table.Text(m.First().Cell.Model())
		}
		return table.Value{}
	}}
	n := Count(heading, "n", "", func(r ranked) int { return sample(r).N() })
	return append([]Column[ranked]{model, n}, statistics(heading, "", 2, sample, statMedian, statLo, statHi)...)
}
