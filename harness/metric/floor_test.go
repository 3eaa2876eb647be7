package metric_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// pair claims a speedup of 1: an effect of 1 against two machines. Its shortest
// TTFT is 100 ms. With an offset of x in the one call of each pass, the speedup
// without it is (2000 − 2x) / (2000 − x).
func TestAClaimWithinTheClientsErrorIsInvalid(t *testing.T) {
	for _, tt := range []struct {
		name  string
		meter *record.Meter
		want  []string
	}{
		{"no reading, no mark", nil, nil},
		{"a client that is never off", &record.Meter{}, nil},
		{"TTFT off by a fifth", &record.Meter{TTFTErrorNS: 20 * ms}, nil},
		{"TTFT off by more", &record.Meter{TTFTErrorNS: 15 * ms, TTFTSpreadNS: 6 * ms}, []string{
			"a TTFT of 100.0 ms is uncertain by 21.0 ms, since on a known answer this client was off by 15.0 ms, give or take 6.0 ms",
		}},
		{"TTFT early by more", &record.Meter{TTFTErrorNS: -21 * ms}, []string{
			"a TTFT of 100.0 ms is uncertain by 21.0 ms, since on a known answer this client was off by -21.0 ms, give or take 0.0 ms",
		}},
		{"an offset in every call mostly cancels", &record.Meter{CallErrorNS: 330 * ms}, nil},
		{"until it is a fifth of the wall", &record.Meter{CallErrorNS: 350 * ms}, []string{
			"the speedup of 1.000 is uncertain by 0.212, since on a known answer a call by this client was off by 350.0 ms, give or take 0.0 ms",
		}},
		{"a spread does not cancel", &record.Meter{CallSpreadNS: 240 * ms}, []string{
			"the speedup of 1.000 is uncertain by 0.208, since on a known answer a call by this client was off by 0.0 ms, give or take 240.0 ms",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := pair()
			r.Meter = tt.meter
			var got []string
			for _, w := range metric.Findings(r) {
				assert.Equal(t, metric.Invalid, w.Code)
				got = append(got, w.Evidence)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestARunThatFindsNoCostClaimsAGain(t *testing.T) {
	r := pair()
	r.Passes[2].EndNS = 1000 * ms // as fast together as alone: a speedup of 2
	for i := range r.Passes[2].Calls {
		c := &r.Passes[2].Calls[i]
		*c.DoneNS, c.EndNS, *c.Server.EvalNS = 1000*ms, 1000*ms, 900*ms
	}
	r.Meter = &record.Meter{CallErrorNS: 100 * ms}
	assert.Empty(t, metric.Findings(r), "an offset cancels wholly where nothing is slower")
	r.Meter = &record.Meter{CallSpreadNS: 60 * ms}
	assert.Empty(t, metric.Findings(r), "2 × 60 ms × √(1/1000² + 2/2000²) = 0.147")
	r.Meter = &record.Meter{CallSpreadNS: 90 * ms}
	require.Len(t, metric.Findings(r), 1, "0.220 of an effect of 1")
}

func TestAFailedRunClaimsNothing(t *testing.T) {
	r := pair()
	r.Meter, r.Status = &record.Meter{TTFTErrorNS: 1000 * ms}, record.StatusFailed
	assert.Empty(t, metric.Findings(r))
}

func TestEveryTableSaysWhichRunsAreInvalid(t *testing.T) {
	runs := synthetic.Runs()
	for _, table := range metric.NewSet(runs).Tables() {
		assert.NotContains(t, strings.Join(table.Notes, " "), "INVALID", "none is: %s", table.ID)
	}
	runs[0].Meter = &record.Meter{TTFTErrorNS: 1000 * ms}
	for _, table := range metric.NewSet(runs).Tables() {
		assert.Contains(t, strings.Join(table.Notes, " "), "INVALID runs: 1 of 36 (go). What their client was off by", table.ID)
		var counts, states []string
		for i, c := range table.Columns {
			if c.Group == "runs" && c.Name == metric.Invalid {
				counts = append(counts, fmt.Sprint(table.Rows[0][i].Num))
			}
			if c.Name == "status" {
				states = append(states, table.Rows[0][i].Text)
			}
		}
		switch table.ID {
		case "runtime", "model_runtime", "config", "rates":
			assert.Equal(t, []string{"1"}, counts, table.ID)
		case "single":
			assert.Equal(t, []string{"0"}, counts, "the invalid run is not in this row")
		case "runs_multi":
			assert.Equal(t, []string{metric.Invalid}, states)
		case "runs_single":
			assert.Equal(t, []string{record.StatusOK}, states)
		}
	}
}
