package gate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/compare/gate"
)

func TestAFloorIsClearedByTheWholeInterval(t *testing.T) {
	for _, tt := range []struct {
		name, rule string
		in         made
		want       gate.Verdict
		seen       string
		takes      string
	}{
		{"above", "{metrics: efficiency_client, min: 95}", made{}, gate.Pass, "100.4 % (97.0 % to 102.8 %), at least 95", ""},
		{"by its other name", "{metrics: eff-client-%, min: 95}", made{}, gate.Pass, "", ""},
		{"below", "{metrics: efficiency_client, min: 95}", made{effs: map[string]float64{"alpha": 85}}, gate.Fail, "88.0 % (85.0 % to 90.1 %), at least 95", ""},
		{"the limit inside", "{metrics: efficiency_client, min: 99}", made{}, gate.Inconclusive, "97.0 % to 102.8 %", "about 40 rounds"},
		{"on the limit", "{metrics: efficiency_client, min: 100.395}", made{}, gate.Inconclusive, "", "more than 1000 rounds"},
		{"too few runs", "{metrics: efficiency_client, min: 50}", made{rounds: 5}, gate.Inconclusive, "of 5 runs", "about 6 rounds"},
		{"a ceiling", "{metrics: ttft_ns, max: 500ms, suite: single}", made{}, gate.Pass, "103.5 ms (100 ms to 106 ms), at most 500ms", ""},
		{"a ceiling in the unit of its metric", "{metrics: ttft-ns/op, max: 5e8, suite: single}", made{}, gate.Pass, "", ""},
		{"a ceiling in seconds", "{metrics: ttft-sec/op, max: 0.05, suite: single}", made{}, gate.Fail, "", ""},
		{"between two", "{metrics: agg-tok/s, min: 70, max: 90}", made{}, gate.Pass, "82.8 agg-tok/s", ""},
		{"between two that are too near", "{metrics: agg-tok/s, min: 70, max: 75}", made{}, gate.Fail, "at most 75", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := evaluate(t, gate.Input{New: tt.in.side()}, tt.rule)
			assert.Equal(t, tt.want, r.Verdict)
			f := worst(r)
			assert.Contains(t, f.Seen, tt.seen)
			assert.Contains(t, f.Takes, tt.takes)
			assert.Equal(t, tt.want == gate.Inconclusive, f.Takes != "", "an inconclusive rule, and no other, says what it would take")
		})
	}
}

// worst is the first finding with the report's verdict.

func TestARuleIsForTheCellsThatItNames(t *testing.T) {
	in := gate.Input{New: made{effs: map[string]float64{"beta": 50}}.side()}
	for _, tt := range []struct {
		rule string
		want gate.Verdict
		n    int
	}{
		{"{metrics: efficiency_client, min: 95}", gate.Fail, 4},
		{"{metrics: efficiency_client, min: 95, model: alpha}", gate.Pass, 2},
		{"{metrics: efficiency_client, min: 95, model: 'alpha:7b'}", gate.Pass, 2},
		{"{metrics: efficiency_client, min: 95, runtime: go, suite: multi}", gate.Pass, 2},
		{"{metrics: efficiency_client, min: 95, runtime: [go, rust], scenario: 'chimera-*'}", gate.Fail, 2},
		{"{metrics: efficiency_client, min: 95, cells: 'multi/go/*'}", gate.Pass, 2},
		{"{metrics: efficiency_client, min: 95, cells: '*/model=beta/*/scenario=chimera-hom?'}", gate.Fail, 1},
		{"{metrics: efficiency_client, min: 95, cells: 'BenchmarkMulti/model=alpha/*'}", gate.Pass, 2},
		{"{metrics: tok/s, min: 10}", gate.Pass, 5},
	} {
		r := evaluate(t, in, tt.rule)
		assert.Equal(t, tt.want, r.Verdict, tt.rule)
		assert.Len(t, r.Results[0].Findings, tt.n, tt.rule)
	}
}

// TestWhatCannotBeJudgedIsNeverAPass: each of these is an error, whatever else
// would pass.

func TestAPercentileIsOfAllCalls(t *testing.T) {
	for _, tt := range []struct {
		rule  string
		in    made
		want  gate.Verdict
		takes string
	}{
		{"{metrics: ttft_p50, max: 250ms}", made{}, gate.Pass, ""},
		{"{metrics: ttft_p50, max: 150ms}", made{}, gate.Fail, ""},
		{"{metrics: ttft_p50, max: 215ms}", made{}, gate.Inconclusive, "more than 1000 rounds"}, // half of the calls are beyond
		{"{metrics: ttft_p90, max: 1s}", made{}, gate.Inconclusive, "about 9 rounds"},           // 0.9^36 is below 0.025
		{"{metrics: ttft_p90, max: 1s}", made{rounds: 9}, gate.Pass, ""},
		{"{metrics: ttft_p95, max: 1s}", made{}, gate.Inconclusive, "about 18 rounds"},  // 0.95^72 is below 0.025
		{"{metrics: ttft_p99, max: 1s}", made{}, gate.Inconclusive, "about 100 rounds"}, // 368 calls, 92 rounds
		{"{metrics: ttft_p99, max: 1s}", made{rounds: 92}, gate.Pass, ""},
		{"{metrics: ttft_p90, max: 210ms}", made{}, gate.Fail, ""},
	} {
		r := evaluate(t, gate.Input{New: tt.in.side()}, strings.Replace(tt.rule, "}", ", suite: multi}", 1))
		assert.Equal(t, tt.want, r.Verdict, "%s %v", tt.rule, r.Lines())
		assert.Contains(t, worst(r).Takes, tt.takes, tt.rule)
	}
}
