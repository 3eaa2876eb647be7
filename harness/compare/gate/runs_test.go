package gate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
)

func TestInvalidRunsMakeTheirCellInconclusive(t *testing.T) {
	for _, effs := range []float64{99, 20} {
		after := made{effs: map[string]float64{"alpha": effs}}.side()
		o := observation("alpha", "chimera-homo", 80, effs)
		o.Invalid = "the speedup of 1.3 is uncertain by 0.2"
		after.Add(o)
		after.Only(func(c *compare.Cell) bool { return c.Name == alpha+"chimera-homo" })
		for _, rule := range []string{"{metrics: efficiency_client, min: 50}", "{metrics: ttft_p50, max: 5s}", "{metrics: agg-tok/s, worse_than: 50}"} {
			r := evaluate(t, gate.Input{New: after, Old: made{}.side()}, strings.Replace(rule, "}", ", cells: '"+alpha+"chimera-homo'}", 1))
			f := worst(r)
			assert.Equal(t, gate.Inconclusive, r.Verdict, rule)
			assert.Contains(t, f.Seen, "1 of 7 runs are invalid: the speedup of 1.3")
			assert.Contains(t, f.Takes, "more rounds do not help")
			assert.Zero(t, f.Rounds)
		}
	}
}

func TestAnInvalidBaselineProvesNothing(t *testing.T) {
	before := made{}.side()
	o := observation("alpha", "chimera-homo", 80, 97)
	o.Invalid = "the client was off"
	before.Add(o)
	r := evaluate(t, gate.Input{New: made{levels: map[string]float64{"alpha": 40}}.side(), Old: before}, "{metrics: agg-tok/s, worse_than: 3, model: alpha, scenario: chimera-homo, suite: multi}")
	assert.Equal(t, gate.Inconclusive, r.Verdict)
	assert.Equal(t, "another baseline", worst(r).Takes)
}

func TestFailedRunsCountInTheFailureRateAndInNoMedian(t *testing.T) {
	after := made{}.side()
	for range 2 {
		o := observation("alpha", "chimera-homo", 0, 0)
		o.Failed = true
		after.Add(o)
	}
	for _, tt := range []struct {
		rule string
		want gate.Verdict
	}{
		{"{metrics: failure_rate, max: 0}", gate.Fail},
		{"{metrics: failure_rate, max: 10 %}", gate.Pass}, // 2 of 32 are 6.25 %
		{"{metrics: failure_rate, max: 10 %, model: alpha, scenario: chimera-homo}", gate.Fail},
		{"{metrics: efficiency_client, min: 95}", gate.Pass},
	} {
		assert.Equal(t, tt.want, evaluate(t, gate.Input{New: after}, tt.rule).Verdict, tt.rule)
	}
	r := evaluate(t, gate.Input{New: after}, "{metrics: failure_rate, max: 0}")
	assert.Equal(t, "2 of 32 runs failed, 6.2 %, at most 0: multi/go/alpha/chimera-homo (2 of 8)", worst(r).Seen)
	r = evaluate(t, gate.Input{New: after}, "{metrics: efficiency_client, min: 95}")
	assert.Contains(t, r.Notes, "2 runs failed, and no rule limits failure_rate.")
}

func TestACellOfWhichEveryRunFailedFailsEveryRule(t *testing.T) {
	after := made{}.side()
	after.Only(func(c *compare.Cell) bool { return c.Name != alpha+"chimera-homo" })
	o := observation("alpha", "chimera-homo", 0, 0)
	o.Failed = true
	after.Add(o)
	for _, rule := range []string{"{metrics: efficiency_client, min: 5}", "{metrics: ttft_p50, max: 1h}", "{metrics: agg-tok/s, worse_than: 99}"} {
		r := evaluate(t, gate.Input{New: after, Old: made{}.side()}, rule)
		assert.Equal(t, gate.Fail, r.Verdict, rule)
		assert.Contains(t, worst(r).Seen, "every run failed, 1 of 1")
	}
}

func TestACellWithoutTheMetricIsInconclusive(t *testing.T) {
	after := made{}.side()
	for range 6 {
		after.Add(compare.Observation{Cell: "Multi/model=gamma", Keys: []compare.Key{{Name: "suite", Value: "multi"}}})
	}
	r := evaluate(t, gate.Input{New: after}, "{metrics: agg-tok/s, min: 1}")
	assert.Equal(t, gate.Inconclusive, r.Verdict)
	assert.Equal(t, "n/a in all of 6 runs", worst(r).Seen)
}

// TestAPercentileIsOfAllCalls: of 24 calls, 6 each of 0.2, 0.21, 0.22 and 0.4 s.
