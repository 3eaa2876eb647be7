package gate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
)

// made is a side of two models and two scenarios of the multi suite, and a cell of
// the single suite; six runs each, in steps of 1 % around a level.
type made struct {
	rounds int
	levels map[string]float64 // by model: of agg-tok/s
	effs   map[string]float64 // of efficiency_client
}

const alpha, beta = "Multi/model=alpha/runtime=go/scenario=", "Multi/model=beta/runtime=rust/scenario="

func (m made) side() *compare.Side {
	s := &compare.Side{Name: "session", Backend: "process"}
	s.Know(compare.FactDigest+"alpha:7b", "sha256:a")
	s.Know(compare.FactBudget+"collector", "128")
	for _, u := range []struct {
		name   string
		better int
	}{{"ns/op", -1}, {"eff-client-%", 1}, {"agg-tok/s", 1}, {"tok/s", 1}, {"ttft-ns/op", -1}, {"J/tok", -1}} {
		s.Metric(u.name, u.better)
	}
	if m.rounds == 0 {
		m.rounds = 6
	}
	for i := range m.rounds {
		step := 1 + 0.01*float64(i*5%7)
		for _, model := range []string{"alpha", "beta"} {
			level, eff := 80.0, 97.0
			if v, ok := m.levels[model]; ok {
				level = v
			}
			if v, ok := m.effs[model]; ok {
				eff = v
			}
			for _, scenario := range []string{"baseline-vs-chimera", "chimera-homo"} {
				s.Add(observation(model, scenario, level*step, eff*step))
			}
		}
		s.Add(compare.Observation{Cell: "Single/model=alpha/runtime=go", ID: "single/go/alpha", Model: "alpha:7b",
			Keys:   []compare.Key{{Name: "suite", Value: "single"}, {Name: "model", Value: "alpha"}, {Name: "runtime", Value: "go"}},
			Values: []compare.Value{{Unit: "tok/s", Amount: 100 * step}, {Unit: "ttft-ns/op", Amount: 1e8 * step}}})
	}
	s.Sort()
	return s
}

func observation(model, scenario string, rate, eff float64) compare.Observation {
	runtime := map[string]string{"alpha": "go", "beta": "rust"}[model]
	return compare.Observation{
		Cell: "Multi/model=" + model + "/runtime=" + runtime + "/scenario=" + scenario,
		ID:   "multi/" + runtime + "/" + model + "/" + scenario, Model: model + ":7b",
		Keys: []compare.Key{{Name: "suite", Value: "multi"}, {Name: "model", Value: model}, {Name: "runtime", Value: runtime}, {Name: "scenario", Value: scenario}},
		Values: []compare.Value{{Unit: "eff-client-%", Amount: eff}, {Unit: "agg-tok/s", Amount: rate}, {Unit: "tok/s", Amount: rate / 2},
			{Unit: "ttft-ns/op", Amount: 2e8 * rate / 80}},
		FirstTokens: []float64{2e8, 2.1e8, 2.2e8, 4e8},
	}
}

func rules(t *testing.T, lines ...string) gate.Config {
	t.Helper()
	c, err := gate.Parse([]byte("version: 1\nrules:\n  - "+strings.Join(lines, "\n  - ")+"\n"), "gates.yaml")
	require.NoError(t, err)
	return c
}

func evaluate(t *testing.T, in gate.Input, lines ...string) *gate.Report {
	t.Helper()
	r, err := gate.Evaluate(rules(t, lines...), in)
	require.NoError(t, err)
	return r
}

func worst(r *gate.Report) gate.Finding {
	for _, result := range r.Results {
		for _, f := range result.Findings {
			if f.Verdict == r.Verdict {
				return f
			}
		}
	}
	return gate.Finding{}
}
