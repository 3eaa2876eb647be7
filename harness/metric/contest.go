package metric

import (
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
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

// contests are every measure under every runtime; one that no run has is left
// out.
func (v *view) contests() []contest {
	if v.races == nil {
		v.races = v.allContests()
	}
	return v.races
}

// allContests makes them. A model without values stays in its contest, so that its
// row says that it has none.
func (v *view) allContests() []contest {
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
