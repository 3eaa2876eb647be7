package session

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/harness/workload"
)

// small is a session of one model that a test can afford.
func small(t *testing.T) settings.Settings {
	t.Helper()
	return settings.Settings{
		Models: []string{"qwen2.5:7b"}, Runtimes: []string{"go"},
		Scenarios: []string{plan.BaselineVsChimera, plan.ChimeraHomo},
		Rounds:    2, Budget: 32, Ctx: 512, Seed: 116, Results: t.TempDir(), Servers: settings.Sim,
		Timeout: 10 * time.Second, Chunks: true, Progress: settings.ProgressLog,
	}
}

func multiCells(t *testing.T, s settings.Settings) []plan.Cell {
	t.Helper()
	cells, err := plan.Multi.Cells(plan.Plan{Models: s.Models, Runtimes: s.Runtimes, Scenarios: s.Scenarios, Ctx: s.Ctx})
	require.NoError(t, err)
	return cells
}

// open opens a session on the simulator, which may be worse than it is, or on
// servers that run.
func open(t *testing.T, suite string, s settings.Settings, cells []plan.Cell, worse func(*sim.Config)) (*Session, error) {
	t.Helper()
	d := sim.Driver(worse)
	if s.Servers != settings.Sim {
		var err error
		d, err = backend.Lookup(s.Servers)
		require.NoError(t, err)
	}
	return Open(t.Context(), Config{Suite: suite, Settings: s, Cells: cells, Driver: d})
}

func openMulti(t *testing.T, s settings.Settings, worsen func(*sim.Config)) *Session {
	t.Helper()
	x, err := open(t, record.SuiteMulti, s, multiCells(t, s), worsen)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, x.Close()) })
	return x
}

func TestARunHasEverythingItPromises(t *testing.T) {
	x := openMulti(t, small(t), nil)
	r, err := x.Run(t.Context(), x.Cells()[0], 1)
	require.NoError(t, err)
	require.True(t, r.OK(), r.Error)

	kinds := []string{}
	for _, p := range r.Passes {
		kinds = append(kinds, p.Kind+":"+strings.Join(p.Agents, "+")+":"+p.Variant)
		for _, c := range p.Calls {
			assert.Len(t, c.DeltasNS, 32)
			assert.Contains(t, c.Reply, "simulated", "every output says so")
			assert.True(t, c.Index == 0 || c.PromptBytes > r.Passes[0].Calls[0].PromptBytes/2)
		}
	}
	assert.Equal(t, []string{"solo:collector:baseline", "solo:insight:chimera", "concurrent:collector+insight:"}, kinds, "a pass says whose options it had, where all had the same")
	assert.Equal(t, 4096, r.Agents[0].Options.NumCtx, "the baseline is stated")
	assert.Equal(t, 512, r.Agents[1].Options.NumCtx)
	for i, want := range []int{4096, 512} {
		assert.Equal(t, want, *r.Servers[i].Model.Context, "in effect")
		assert.NotEmpty(t, r.Servers[i].Version)
		assert.NotEmpty(t, r.Servers[i].Model.Digest)
	}
	assert.True(t, r.Backend.Simulated)
	assert.Empty(t, r.Findings)
	assert.InDelta(t, 0.73, *r.Derived.Get("speedup_measured"), 0.05, "the simulated contention of this model")
	onDisk, err := results.ReadRuns(filepath.Join(x.Dir(), r.Cell.ID, "run_1", "metrics.json"))
	require.NoError(t, err)
	assert.Equal(t, r.Derived, onDisk[0].Derived)
}

func TestPassesChangePlacesEveryRound(t *testing.T) {
	x := openMulti(t, small(t), nil)
	r, err := x.Run(t.Context(), x.Cells()[0], 2)
	require.NoError(t, err)
	assert.Equal(t, record.PassConcurrent, r.Passes[0].Kind)
	assert.Equal(t, []string{workload.Insight}, r.Passes[1].Agents)
}

// The known answer: with one time for every token, the whole way from sockets
// to tables must give back the contention that was put in.
func TestSpeedupMeasuredIsTheTruth(t *testing.T) {
	for name, test := range map[string]struct{ loss, want float64 }{
		"two GPUs":                {0, 2},
		"a quarter lost":          {0.25, 1.5},
		"as good as taking turns": {0.5, 1},
		"worse than taking turns": {0.7, 0.6},
	} {
		t.Run(name, func(t *testing.T) {
			x := openMulti(t, small(t), func(c *sim.Config) {
				c.Loss = &test.loss
				c.Exact = &sim.Exact{TTFT: 100 * time.Millisecond, Token: 10 * time.Millisecond}
			})
			r, err := x.Run(t.Context(), x.Cells()[1], 1)
			require.NoError(t, err)
			require.True(t, r.OK(), r.Error)
			assert.InEpsilon(t, test.want, *r.Derived.Get("speedup_measured"), 1e-6, "exact in virtual time")
			solo := r.Passes[0].Calls[0]
			assert.Equal(t, int64(100*time.Millisecond), *solo.FirstNS-solo.RequestNS)
			assert.Equal(t, int64(10*time.Millisecond), solo.DeltasNS[1])
		})
	}
}

// What the study's client formula cannot see.
func TestTheClientFormulaIsBlindToContention(t *testing.T) {
	loss := 0.7
	x := openMulti(t, small(t), func(c *sim.Config) {
		c.Loss = &loss
		c.Exact = &sim.Exact{TTFT: 100 * time.Millisecond, Token: 10 * time.Millisecond}
	})
	r, err := x.Run(t.Context(), x.Cells()[1], 1)
	require.NoError(t, err)
	assert.InDelta(t, 100, *r.Derived.Get("efficiency_client"), 1e-6)
	assert.InDelta(t, 30, *r.Derived.Get("efficiency_measured"), 1e-6)
}

func TestAFailedRunIsARowWithAReason(t *testing.T) {
	for kind, want := range map[sim.FaultKind]string{
		sim.ServerError: "HTTP 500",
		sim.NotFound:    "HTTP 404",
		sim.Garbage:     "not JSON",
		sim.HugeLine:    "line longer than",
		sim.ErrorLine:   "fault on demand",
		sim.Cut:         "stream",
		sim.EndEarly:    "cut off",
		sim.EmptyReply:  "reply without text",
		sim.Stall:       "server silent for 10s",
	} {
		t.Run(string(kind), func(t *testing.T) {
			x := openMulti(t, small(t), func(c *sim.Config) {
				c.Faults = []sim.Fault{{Kind: kind, Endpoint: "s2", Request: 3}}
			})
			r, err := x.Run(t.Context(), x.Cells()[0], 1)
			require.NoError(t, err, "the matrix goes on")
			require.False(t, r.OK())
			assert.Contains(t, r.Error, want)
			assert.Contains(t, r.Error, "insight", "whose call it was")
			assert.NotContains(t, r.Error, "\n")
			assert.False(t, x.folder.Measured(r.Cell.ID, 1))
			failures, err := os.ReadFile(filepath.Join(x.Dir(), results.FailuresFile))
			require.NoError(t, err)
			assert.Contains(t, string(failures), want)
			bench, err := os.ReadFile(filepath.Join(x.Dir(), "bench.txt"))
			require.NoError(t, err)
			assert.NotContains(t, string(bench), "BenchmarkMulti", "a failed run has no line")
			again, err := x.Run(t.Context(), x.Cells()[0], 1)
			require.NoError(t, err)
			assert.Equal(t, 2, again.RunNumber, "nothing is overwritten")
		})
	}
}

func TestHarmlessOdditiesAreMeasured(t *testing.T) {
	for _, kind := range []sim.FaultKind{sim.EmptyFirst, sim.RoleFirst, sim.Burst, sim.Split, sim.NoEvalDuration} {
		t.Run(string(kind), func(t *testing.T) {
			x := openMulti(t, small(t), func(c *sim.Config) { c.Faults = []sim.Fault{{Kind: kind}} })
			r, err := x.Run(t.Context(), x.Cells()[0], 1)
			require.NoError(t, err)
			require.True(t, r.OK(), r.Error)
			ttft := *r.Passes[0].Calls[0].FirstNS - r.Passes[0].Calls[0].RequestNS
			assert.Greater(t, ttft, int64(20*time.Millisecond), "an empty chunk is no token")
			if kind == sim.NoEvalDuration {
				assert.Nil(t, r.Derived.Get("efficiency_server"), "absent, not zero")
				assert.NotNil(t, r.Derived.Get("efficiency_measured"))
			}
		})
	}
}

func TestAKilledSessionGoesOnWhereItStopped(t *testing.T) {
	s := small(t)
	x := openMulti(t, s, nil)
	_, err := x.Run(t.Context(), x.Cells()[0], 1)
	require.NoError(t, err)
	dir := x.Dir()
	require.NoError(t, x.Close())
	// A kill leaves half-written files and the lock behind.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "session.lock"), []byte(`{"pid":1,"created_ms":1}`), 0o644))
	half := filepath.Join(dir, x.Cells()[1].ID, "run_1")
	require.NoError(t, os.MkdirAll(half, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(half, ".metrics.json-123"), []byte(`{"schema":`), 0o644))

	y := openMulti(t, s, nil)
	assert.Equal(t, dir, y.Dir())
	assert.Equal(t, 3, y.Left())
	assert.Equal(t, []int{2}, y.Missing(y.Cells()[0]))
	for _, c := range y.Cells() {
		for _, round := range y.Missing(c) {
			_, err := y.Run(t.Context(), c, round)
			require.NoError(t, err)
		}
	}
	assert.Zero(t, y.Left())
	require.NoError(t, y.Close())
	z := openMulti(t, s, nil)
	assert.NotEqual(t, dir, z.Dir(), "a complete session is not continued")
	s.Budget = 16
	w := openMulti(t, s, nil)
	assert.NotEqual(t, z.Dir(), w.Dir(), "nor one with another plan")
}

func TestOnlyOneProcessMeasuresASession(t *testing.T) {
	s := small(t)
	s.Session = "mine"
	openMulti(t, s, nil)
	_, err := open(t, record.SuiteMulti, s, multiCells(t, s), nil)
	assert.ErrorContains(t, err, "measured by another process")
	s.Session = ""
	assert.NotEqual(t, "mine", filepath.Base(openMulti(t, s, nil).Dir()), "without a name another is begun")
}

func TestASessionOfAnotherPlanIsNotMixedIn(t *testing.T) {
	s := small(t)
	s.Session = "mine"
	x := openMulti(t, s, nil)
	require.NoError(t, x.folder.Save(time.Now()))
	require.NoError(t, x.Close())
	s.Budget++
	_, err := open(t, record.SuiteMulti, s, multiCells(t, s), nil)
	assert.ErrorContains(t, err, "budget 32, now 33")
}

func TestAnInterruptedRunLeavesNoTrace(t *testing.T) {
	s := small(t)
	s.Timescale = 1 // real sockets and real time, so that there is something to interrupt
	x := openMulti(t, s, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := x.Run(ctx, x.Cells()[0], 1)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	tree, err := results.ReadTree(x.Dir())
	require.NoError(t, err)
	assert.Empty(t, tree.Files)
}

func TestAFolderThatCannotBeWrittenIsFoundFirst(t *testing.T) {
	s := small(t)
	s.Results = filepath.Join(s.Results, "file")
	require.NoError(t, os.WriteFile(s.Results, nil, 0o644))
	_, err := open(t, record.SuiteMulti, s, multiCells(t, s), nil)
	assert.ErrorContains(t, err, "results folder")
}

func TestNastyNamesStayInsideTheResults(t *testing.T) {
	s := small(t)
	s.Models = []string{"../../../etc/x", "a b", "名前:7b", "phi-3"}
	s.Scenarios, s.Rounds = []string{plan.ChimeraHomo}, 1
	x := openMulti(t, s, nil)
	for _, c := range x.Cells() {
		r, err := x.Run(t.Context(), c, 1)
		require.NoError(t, err)
		require.True(t, r.OK(), r.Error)
		assert.FileExists(t, filepath.Join(x.Dir(), c.ID, "run_1", "metrics.json"))
	}
}

func TestUnequalBudgetsMirrorTheStudy(t *testing.T) {
	s := small(t)
	s.Unequal, s.Budget = true, 100
	x := openMulti(t, s, nil)
	r, err := x.Run(t.Context(), x.Cells()[1], 1)
	require.NoError(t, err)
	assert.Equal(t, int64(56), *r.Passes[0].Calls[0].Server.Tokens)
	assert.Equal(t, int64(100), *r.Passes[1].Calls[0].Server.Tokens)
}

func TestTheSameSeedGivesTheSameNumbers(t *testing.T) {
	run := func() *record.Run {
		x := openMulti(t, small(t), nil)
		r, err := x.Run(t.Context(), x.Cells()[0], 1)
		require.NoError(t, err)
		return r
	}
	a, b := run(), run()
	assert.Equal(t, a.Derived, b.Derived)
}

func TestRunsInRealTimeCarryWhatTheirClientIsOffBy(t *testing.T) {
	s := small(t)
	s.Timescale, s.Budget = 500, 2
	x := openMulti(t, s, nil)
	r, err := x.Run(t.Context(), x.Cells()[0], 1)
	require.NoError(t, err)
	require.NotNil(t, r.Meter)
	assert.Equal(t, x.folder.File.Meter[0].Floor(500), r.Meter, "in simulated nanoseconds, as the run's own")
	assert.NotEmpty(t, metric.WhyInvalid(r.Findings), "at this scale the client's error is larger than the simulated TTFT")
	assert.Contains(t, Result(r), " INVALID: ")

	virtual := openMulti(t, small(t), nil)
	r, err = virtual.Run(t.Context(), virtual.Cells()[0], 1)
	require.NoError(t, err)
	assert.Nil(t, r.Meter, "in virtual time there is nothing to be off by")
}
