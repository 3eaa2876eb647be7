package metric_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

const ms = int64(1e6)

func ptr[T any](v T) *T { return &v }

// call is one call with times in milliseconds: request, first token, last
// token and done since the gun, and the server's prompt and eval durations.
func call(agent string, index int, at, first, last, done, prompt, eval, tokens int64) record.Call {
	return record.Call{
		Agent: agent, Index: index, RequestNS: at * ms, FirstNS: ptr(first * ms), LastTokenNS: ptr(last * ms),
		DoneNS: ptr(done * ms), EndNS: done * ms,
		Server: &record.ServerTimings{LoadNS: ptr(5 * ms), PromptEvalNS: ptr(prompt * ms), EvalNS: ptr(eval * ms), PromptTokens: ptr(int64(100)), Tokens: ptr(tokens)},
	}
}

// pair is a run small enough to compute by hand:
//
//	solo collector   100 tokens in 1.0 s
//	solo insight     100 tokens in 1.0 s
//	together         collector 100 tokens in 1.6 s, insight 100 tokens in 2.0 s
func pair() *record.Run {
	return &record.Run{
		Schema: record.Schema, Suite: record.SuiteMulti, Status: record.StatusOK, RunNumber: 3,
		Cell: record.NewCell("multi/go/m/c", record.CoordScenario, "chimera-homo"),
		Passes: []record.Pass{
			{Kind: record.PassSolo, Agents: []string{"collector"}, EndNS: 1000 * ms, Calls: []record.Call{call("collector", 0, 0, 100, 990, 1000, 90, 900, 100)}},
			{Kind: record.PassSolo, Agents: []string{"insight"}, EndNS: 1000 * ms, Calls: []record.Call{call("insight", 0, 0, 100, 990, 1000, 90, 900, 100)}},
			{Kind: record.PassConcurrent, Agents: []string{"collector", "insight"}, EndNS: 2000 * ms, Calls: []record.Call{
				call("collector", 0, 0, 200, 1590, 1600, 180, 1250, 100),
				call("insight", 0, 0, 250, 1990, 2000, 220, 1600, 100),
			}},
		},
	}
}

func near(t *testing.T, want float64, got *float64, what string) {
	t.Helper()
	require.NotNil(t, got, what)
	assert.InDelta(t, want, *got, 1e-9, what)
}

func TestDefinitionsByHand(t *testing.T) {
	d := metric.Derive(pair())
	near(t, 100, d.Get("aggregate_rate"), "200 tokens / 2.0 s")
	near(t, 100, d.Get("solo_rate"), "200 tokens / (1.0 + 1.0) s")
	near(t, 1, d.Get("speedup_measured"), "100 / 100")
	near(t, 50, d.Get("efficiency_measured"), "1 / 2")
	near(t, 1.8, d.Get("speedup_client"), "(1.6 + 2.0) / 2.0")
	near(t, 90, d.Get("efficiency_client"), "1.8 / 2")
	near(t, 1.625, d.Get("speedup_server"), "(0.18 + 1.25 + 0.22 + 1.60) / 2.0")
	near(t, 81.25, d.Get("efficiency_server"), "1.625 / 2")
	near(t, 0.8, d.Get("balance"), "1.6 / 2.0")
	near(t, (62.5+50)*(62.5+50)/(2*(62.5*62.5+50*50)), d.Get("jain"), "rates 62.5 and 50")
	near(t, 62.5-80, d.Get("throughput_delta"), "100/1.6 − 100/1.25")
	near(t, 50e6, d.Get("ttft_delta_ns"), "250 − 200 ms")
	assert.Equal(t, int64(2e9), *d.Whole("wall_ns"))
	assert.Equal(t, int64(200), *d.Whole("tokens"))
	assert.False(t, *d.Flag("contention_measured"), "1 is not below 1")
	assert.False(t, *d.Flag("contention_tr116"), "1.8 is not below 1.5")
	for _, a := range d.Agents {
		if a.Pass == record.PassConcurrent && a.Agent == "collector" {
			near(t, 0.625, a.Get("eta"), "62.5 / 100")
			near(t, 62.5, a.Get("rate"), "100 / 1.6")
			near(t, 80, a.Get("decode_server"), "100 / 1.25")
			near(t, 99/1.39, a.Get("decode_client"), "99 / (1.59 − 0.2)")
			near(t, 200e6, a.Get("ttft_ns"), "200 ms")
			near(t, 195e6, a.Get("ttft_no_load_ns"), "200 − 5 ms")
			near(t, 180e6, a.Get("ttft_server_ns"), "prompt_eval")
		}
	}
}

func TestSummaryHasTheStudysFields(t *testing.T) {
	r := pair()
	s := metric.Summarise(r, metric.Derive(r))
	near(t, 1.8, s.ConcurrencySpeedup, "client speedup")
	near(t, 3.6, s.SequentialEstimatedS, "1.6 + 2.0")
	near(t, 2, s.ConcurrentWallTimeS, "wall")
	near(t, 50, s.TTFTDeltaMS, "insight − collector")
	assert.Equal(t, 3, s.RunNumber)
	assert.False(t, *s.ResourceContentionDetected)
}

func TestTunedOverBaselineByHand(t *testing.T) {
	r := &record.Run{Suite: record.SuiteSingle, Status: record.StatusOK, Passes: []record.Pass{
		{Kind: record.PassTuned, Agents: []string{"collector"}, Calls: []record.Call{call("collector", 0, 0, 10, 90, 100, 9, 80, 100)}},
		{Kind: record.PassBaseline, Agents: []string{"collector"}, Calls: []record.Call{call("collector", 0, 0, 10, 90, 120, 9, 100, 100)}},
	}}
	d := metric.Derive(r)
	near(t, 1.25, d.Get("tuned_over_baseline"), "1250 / 1000 tok/s")
	assert.Equal(t, int64(100), *d.Whole("tokens"))
	assert.Nil(t, d.Get("speedup_measured"))
}

func TestAnExactZeroIsAValue(t *testing.T) {
	r := pair()
	r.Passes[2].Calls[1].FirstNS = ptr(200 * ms)
	near(t, 0, metric.Derive(r).Get("ttft_delta_ns"), "200 − 200 ms")
}

func TestWhatIsMissingIsAbsent(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*record.Run)
		gone  func(record.Derived) any
	}{
		"a token count":         {func(r *record.Run) { r.Passes[2].Calls[0].Server.Tokens = nil }, func(d record.Derived) any { return d.Get("speedup_measured") }},
		"the final chunk":       {func(r *record.Run) { r.Passes[0].Calls[0].Server = nil }, func(d record.Derived) any { return d.Get("solo_rate") }},
		"a zero duration":       {func(r *record.Run) { r.Passes[2].Calls[0].Server.EvalNS = ptr(int64(0)) }, func(d record.Derived) any { return d.Get("throughput_delta") }},
		"a solo pass":           {func(r *record.Run) { r.Passes = r.Passes[1:] }, func(d record.Derived) any { return d.Get("efficiency_measured") }},
		"a call that failed":    {func(r *record.Run) { r.Passes[2].Calls[1].Error = "cut" }, func(d record.Derived) any { return d.Get("aggregate_rate") }},
		"an agent's calls":      {func(r *record.Run) { r.Passes[2].Calls = r.Passes[2].Calls[:1] }, func(d record.Derived) any { return d.Get("efficiency_server") }},
		"a first token":         {func(r *record.Run) { r.Passes[2].Calls[0].FirstNS = nil }, func(d record.Derived) any { return d.Get("ttft_delta_ns") }},
		"time between gun, end": {func(r *record.Run) { r.Passes[2].GunNS = r.Passes[2].EndNS }, func(d record.Derived) any { return d.Whole("wall_ns") }},
	} {
		r := pair()
		tt.spoil(r)
		assert.True(t, reflect.ValueOf(tt.gone(metric.Derive(r))).IsNil(), name)
	}
}
