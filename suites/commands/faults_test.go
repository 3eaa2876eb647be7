package commands

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// Requests to generate that one server sees: three warm it up for the session,
// then each run warms it up with one and measures four.
const (
	firstWarmUp  = 4
	firstMeasure = 5
	secondRun    = 9
)

// reuse starts two servers that go wrong and returns arguments that use them.
func reuse(t *testing.T, f sim.Fault) []string {
	t.Helper()
	servers, err := sim.Start(t.Context(), sim.Config{Timescale: 1000, Faults: []sim.Fault{f}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, servers.Close(context.WithoutCancel(t.Context()))) })
	eps := servers.Endpoints()
	return small(t.TempDir(), "-duet.servers=reuse", "-duet.endpoints="+eps[0].URL+","+eps[1].URL,
		"-duet.timeout="+silence(f), "-duet.scenarios=chimera-homo,baseline-vs-chimera")
}

// silence is how long a server may say nothing: short where the fault is that it
// does, and long enough for a busy machine where it is not.
func silence(f sim.Fault) string {
	if f.Kind == sim.Stall || f.Kind == sim.SlowHeaders {
		return "500ms"
	}
	return "10s"
}

func TestAFailingServerCostsTheRunsItFailsAndNothingElse(t *testing.T) {
	for _, test := range []struct {
		name   string
		fault  sim.Fault
		failed int // of 4 runs
		want   string
	}{
		{"an internal error", sim.Fault{Kind: sim.ServerError, Request: firstMeasure}, 1, "HTTP 500: fault on demand"},
		{"a model that is gone", sim.Fault{Kind: sim.NotFound, Request: firstMeasure}, 1, "HTTP 404"},
		{"garbage", sim.Fault{Kind: sim.Garbage, Request: firstMeasure}, 1, "not JSON in the stream"},
		{"a line of ten megabytes", sim.Fault{Kind: sim.HugeLine, Request: firstMeasure}, 1, "line longer than"},
		{"a connection cut mid-stream", sim.Fault{Kind: sim.Cut, Request: firstMeasure}, 1, "read stream"},
		{"a stream that ends early", sim.Fault{Kind: sim.EndEarly, Request: firstMeasure}, 1, "cut off after"},
		{"silence", sim.Fault{Kind: sim.Stall, Request: firstMeasure}, 1, "server silent for 500ms"},
		{"silence in a warm-up", sim.Fault{Kind: sim.Stall, Request: firstWarmUp}, 1, "warm up insight (chimera): server silent for 2.5s"},
		{"silence about what is loaded", sim.Fault{Kind: sim.SlowHeaders, Path: "/api/ps", Request: 7, Delay: time.Hour}, 1, "server silent for 2.5s"},
		{"an error in a warm-up", sim.Fault{Kind: sim.ServerError, Request: firstWarmUp}, 1, "warm up insight"},
		{"an empty reply", sim.Fault{Kind: sim.EmptyReply, Request: firstMeasure}, 1, "reply without text"},
		{"a server that goes away for good", sim.Fault{Kind: sim.Refuse, Request: secondRun}, 3, "connection refused"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.fault.Endpoint = "s2"
			args := reuse(t, test.fault)
			o := run(t, args...)
			o.require(t, 1)
			session := o.session(t)
			runs := readRuns(t, session)
			require.Len(t, runs, 4, "the matrix went on")
			var failed []*record.Run
			for _, r := range runs {
				if !r.OK() {
					failed = append(failed, r)
				}
			}
			require.Len(t, failed, test.failed, o.stdout)
			assert.Contains(t, failed[len(failed)-1].Error+failed[0].Error, test.want)
			lines, _ := parse(t, o.stdout)
			assert.Len(t, lines, 4-test.failed, "a failed run has no line")
			assert.Contains(t, o.stdout, "--- FAIL: BenchmarkMulti/")
			assert.Contains(t, o.stdout, test.want, "the reason is printed")
			assert.Contains(t, o.stdout, "runs failed; see "+session)
			failures, err := os.ReadFile(filepath.Join(session, results.FailuresFile))
			require.NoError(t, err)
			assert.Equal(t, test.failed, strings.Count(string(failures), "\n"))
			assert.Contains(t, string(failures), test.want)
			absent(t, filepath.Join(session, "session.lock"))
		})
	}
}

func TestANamedSessionMakesOnlyItsFailedRunsAgain(t *testing.T) {
	t.Parallel()
	args := reuse(t, sim.Fault{Kind: sim.ServerError, Endpoint: "s2", Request: firstMeasure})
	first := run(t, args...)
	first.require(t, 1)
	name := filepath.Base(first.session(t))
	assert.Contains(t, first.stdout, "the same command with -duet.session="+name)
	again := run(t, append(args, "-duet.session="+name)...)
	again.require(t, 0)
	lines, _ := parse(t, again.stdout)
	assert.Len(t, lines, 1, "only the failed one")
	runs := readRuns(t, first.session(t))
	assert.Len(t, runs, 5, "and the failed one stays on record")
	assert.Len(t, rounds(runs), 4)
}
