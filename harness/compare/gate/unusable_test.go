package gate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
)

func TestWhatCannotBeJudgedIsNeverAPass(t *testing.T) {
	side := func(change func(*compare.Side)) gate.Input {
		after := made{}.side()
		if change != nil {
			change(after)
		}
		return gate.Input{New: after, Old: made{}.side()}
	}
	text := func(s *compare.Side) { s.Text = true }
	fact := func(name, value string) func(*compare.Side) {
		return func(s *compare.Side) {
			s.Fact(name).Values = nil
			s.Know(name, value)
		}
	}
	for _, tt := range []struct {
		name, rule string
		in         gate.Input
		want       string
	}{
		{"a metric with a typo", "{metrics: efficiency_clientt, min: 95}", side(nil), `no metric "efficiency_clientt"; there are ns/op, eff-client-%, agg-tok/s, tok/s, ttft-ns/op, J/tok, aggregate_rate`},
		{"a pattern of no metric", "{metrics: 'nope*', worse_than: 3}", side(nil), `no metric "nope*"`},
		{"a metric that nothing has", "{metrics: J/tok, max: 5}", side(nil), "no run of the 5 cells has J/tok"},
		{"a metric of the other suite", "{metrics: agg-tok/s, min: 5, suite: single}", side(nil), "no run of the cell has agg-tok/s"},
		{"a runtime with a typo", "{metrics: tok/s, min: 5, runtime: rusty}", side(nil), `no cell has runtime "rusty"; there are go, rust`},
		{"one typo of two patterns", "{metrics: tok/s, min: 5, runtime: [rust, goo]}", side(nil), `no cell has runtime "goo"`},
		{"a pattern of no cell", "{metrics: tok/s, min: 5, cells: 'multi/python/*'}", side(nil), `no cell has cells "multi/python/*"`},
		{"patterns that no cell matches together", "{metrics: tok/s, min: 5, runtime: rust, model: alpha}", side(nil), "no cell matches everything"},
		{"no cells at all", "{metrics: tok/s, min: 5}", gate.Input{New: &compare.Side{}}, "no cell matches"},
		{"nothing but rules that do not apply", "{metrics: tok/s, min: 5, runtime: python, optional: true}", side(nil), "no rule applies"},
		{"no baseline", "{metrics: tok/s, worse_than: 5}", gate.Input{New: made{}.side()}, "compare with a baseline, and none is given"},
		{"a baseline of another backend", "{metrics: tok/s, worse_than: 5}", side(func(s *compare.Side) { s.Backend = "sim" }), "another backend: process, not sim"},
		{"a baseline that names its backend alone", "{metrics: tok/s, worse_than: 5}", side(func(s *compare.Side) { s.Backend = "" }), "not one that it does not name"},
		{"a baseline of another model", "{metrics: tok/s, worse_than: 5}", side(fact(compare.FactDigest+"alpha:7b", "sha256:b")), "another model: the digest of alpha:7b is sha256:a, not sha256:b"},
		{"a baseline with another budget", "{metrics: tok/s, worse_than: 5}", side(fact(compare.FactBudget+"collector", "64")), "other replies: the token budget of collector is 128, not 64"},
		{"a time for a rate", "{metrics: tok/s, min: 5s}", side(nil), "tok/s is no time"},
		{"a percentile without a unit", "{metrics: ttft_p99, max: 5}", side(nil), "say the unit of 5, such as 5ms"},
		{"a percentile against a baseline", "{metrics: ttft_p99, worse_than: 5}", side(nil), "not compared with a baseline"},
		{"a floor under failures", "{metrics: failure_rate, min: 5}", side(nil), "say max"},
		{"failures in text", "{metrics: failure_rate, max: 5}", side(text), "benchmark lines have neither"},
		{"calls in text", "{metrics: ttft_p90, max: 5s}", side(text), "benchmark lines have neither"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := gate.Evaluate(rules(t, "{metrics: failure_rate, max: 100, name: passes, optional: true}", tt.rule), tt.in)
			if tt.name == "nothing but rules that do not apply" {
				r, err = gate.Evaluate(rules(t, tt.rule), tt.in)
			}
			require.ErrorContains(t, err, tt.want)
			assert.Nil(t, r)
		})
	}
}

func TestAMetricWithoutADirectionIsNotJudgedAgainstABaseline(t *testing.T) {
	s := func() *compare.Side {
		s := &compare.Side{}
		s.Metric("widgets", 0)
		s.Add(compare.Observation{Cell: "X", Values: []compare.Value{{Unit: "widgets", Amount: 1}}})
		return s
	}
	_, err := gate.Evaluate(rules(t, "{metrics: widgets, worse_than: 3}"), gate.Input{New: s(), Old: s()})
	assert.ErrorContains(t, err, "no Unit line says which direction is better")
}
