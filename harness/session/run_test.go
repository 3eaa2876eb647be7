package session

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/workload"
)

// crowd is an experiment with agents alike.
func crowd(n int) plan.Experiment {
	return plan.Experiment{Name: "crowd", Scenarios: []plan.Scenario{{
		Name: "alike", Tuned: plan.TunedRust, Roles: plan.Same(n, workload.Insight, plan.TunedRust),
	}}}
}

// The known answer for any number of agents: a simulated GPU says what each of n
// gets, and the whole way from sockets to metrics must give it back.
func TestAnyNumberOfAgentsIsMeasured(t *testing.T) {
	for _, n := range []int{3, 5} {
		for name, loss := range map[string]float64{"a GPU each": 0, "a quarter lost": 0.25, "taking turns": 0.5, "worse": 0.7} {
			t.Run(fmt.Sprintf("%d agents, %s", n, name), func(t *testing.T) {
				s := small(t)
				cells, err := crowd(n).Cells(s.Matrix())
				require.NoError(t, err)
				require.Len(t, cells, 1)
				x, err := open(t, "crowd", s, cells, func(c *sim.Config) {
					c.Loss = &loss
					c.Exact = &sim.Exact{TTFT: 100 * time.Millisecond, Token: 10 * time.Millisecond}
				})
				require.NoError(t, err)
				defer func() { assert.NoError(t, x.Close()) }()
				for round := 1; round <= 2; round++ {
					r, err := x.Run(t.Context(), cells[0], round)
					require.NoError(t, err)
					require.True(t, r.OK(), r.Error)
					check(t, r, n, loss)
				}
			})
		}
	}
}

func check(t *testing.T, r *record.Run, n int, loss float64) {
	t.Helper()
	require.Len(t, r.Agents, n)
	require.Len(t, r.Passes, n+1, "each alone, and all together")
	urls, asked := map[string]bool{}, map[string]bool{}
	for _, a := range r.Agents {
		urls[a.Endpoint] = true
	}
	assert.Len(t, urls, n, "a server each")
	for _, p := range r.Passes {
		for _, c := range p.Calls {
			asked[fmt.Sprint(c.Agent, c.Index, p.Kind)] = true
		}
	}
	assert.Len(t, asked, 4*n, "two calls each, alone and together")
	want := float64(n) * gpu.Eta(loss, n)
	assert.InEpsilon(t, want, *r.Derived.Get("speedup_measured"), 1e-6, "exact in virtual time")
	assert.InEpsilon(t, 100*want/float64(n), *r.Derived.Get("efficiency_measured"), 1e-6)
	assert.InEpsilon(t, 1, *r.Derived.Get("jain"), 1e-9, "alike")
	assert.InEpsilon(t, 1, *r.Derived.Get("balance"), 1e-9)
	for _, a := range r.Derived.Agents {
		if a.Pass == record.PassConcurrent {
			assert.InEpsilon(t, gpu.Eta(loss, n), *a.Get("eta"), 1e-6, a.Agent)
		}
	}
}

// A suite's name is a label: its runs stand in every table of their form, and
// never share a row with those of another suite.
func TestASuiteOfAnotherNameHasItsTables(t *testing.T) {
	s := small(t)
	var runs []*record.Run
	for _, e := range []plan.Experiment{crowd(3), plan.Multi} {
		cells, err := e.Cells(s.Matrix())
		require.NoError(t, err)
		x, err := open(t, e.Name, s, cells[:1], nil)
		require.NoError(t, err)
		r, err := x.Run(t.Context(), cells[0], 1)
		require.NoError(t, err)
		require.NoError(t, x.Close())
		require.True(t, r.OK(), r.Error)
		runs = append(runs, r)
	}
	assert.Equal(t, record.SuiteMulti, runs[0].Form())
	set := metric.NewSet(runs)
	for _, tab := range []table.Table{set.ConfigSummary(), set.RateSummary(), set.MultiRuns()} {
		assert.Len(t, tab.Rows, 2, tab.ID)
	}
}

// A server that outlives a session has its prompts in a cache, and another session
// of the same seed must not be answered from there.
func TestNoTwoRunsAskAServerThatOutlivesThemTheSame(t *testing.T) {
	x := openMulti(t, small(t), nil)
	first := &record.Run{Started: time.Unix(1, 1)}
	second := &record.Run{Started: time.Unix(1, 2)}
	assert.Empty(t, x.salt(first), "servers of the session's own: the seed alone says what is asked")

	ask := func(r *record.Run) string {
		return x.work.CallsOf("insight", "insight", 1, "cell/1/solo"+x.salt(r))[0].Prompt
	}
	assert.Equal(t, ask(first), ask(second))
	for name, outlive := range map[string]func(){
		"servers that run":         func() { x.config.Driver.Existing = true },
		"containers that are kept": func() { x.config.Driver.Existing, x.config.Settings.Keep = false, true },
	} {
		t.Run(name, func(t *testing.T) {
			outlive()
			a, b := ask(first), ask(second)
			assert.NotEqual(t, a[:12], b[:12], "the nonces")
			assert.Equal(t, a[12:], b[12:], "and nothing else")
			assert.Len(t, b, len(a))
		})
	}
}
