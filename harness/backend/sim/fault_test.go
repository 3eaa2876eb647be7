package sim_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
)

const (
	tenTokens = `{"model":"gemma3","prompt":"x","options":{"num_predict":10}}`
	tenChat   = `{"model":"gemma3","messages":[{"role":"user","content":"x"}],"options":{"num_predict":10}}`
	tenWhole  = `{"model":"gemma3","prompt":"x","stream":false,"options":{"num_predict":10}}`
)

// outcome is what a client sees of one request.
type outcome struct {
	status int
	lines  []chunk
	err    error
}

func (o outcome) done() bool { return len(o.lines) > 0 && o.lines[len(o.lines)-1].Done }

func TestEveryFaultOfAStream(t *testing.T) {
	for _, tc := range []struct {
		fault sim.Fault
		check func(t *testing.T, o outcome, s sim.Served)
	}{
		{sim.Fault{Kind: sim.EmptyFirst, Count: 3}, func(t *testing.T, o outcome, _ sim.Served) {
			require.Len(t, o.lines, 14)
			for _, l := range o.lines[:3] {
				assert.Empty(t, l.text())
				assert.Zero(t, l.At, "long before the first token")
			}
			assert.Equal(t, 100*ms, o.lines[3].At)
		}},
		{sim.Fault{Kind: sim.RoleFirst}, func(t *testing.T, o outcome, _ sim.Served) {
			require.Len(t, o.lines, 12)
			assert.Contains(t, o.lines[0].Raw, `"role":"assistant"`)
			assert.Empty(t, o.lines[0].text())
			assert.Zero(t, o.lines[0].At)
			assert.NotContains(t, o.lines[0].Raw, `"response"`)
			assert.Equal(t, 100*ms, o.lines[1].At)
		}},
		{sim.Fault{Kind: sim.Garbage}, func(t *testing.T, o outcome, _ sim.Served) {
			require.Len(t, o.lines, 12)
			assert.Equal(t, sim.GarbageText+"\n", o.lines[5].Raw)
			assert.True(t, o.done(), "the stream goes on")
		}},
		{sim.Fault{Kind: sim.HugeLine, After: 2}, func(t *testing.T, o outcome, _ sim.Served) {
			require.Len(t, o.lines, 12)
			assert.Len(t, o.lines[2].text(), sim.DefaultHugeSize)
			assert.True(t, o.done())
		}},
		{sim.Fault{Kind: sim.ErrorLine}, func(t *testing.T, o outcome, s sim.Served) {
			require.Len(t, o.lines, 6)
			assert.Equal(t, sim.FaultMessage, o.lines[5].Error)
			assert.NoError(t, o.err)
			assert.Empty(t, s.Reason)
		}},
		{sim.Fault{Kind: sim.ErrorLine, After: sim.AtStart}, func(t *testing.T, o outcome, _ sim.Served) {
			assert.Equal(t, 500, o.status)
			assert.Equal(t, sim.FaultMessage, o.lines[0].Error)
		}},
		{sim.Fault{Kind: sim.Cut}, func(t *testing.T, o outcome, s sim.Served) {
			assert.Len(t, o.lines, 5)
			assert.ErrorIs(t, o.err, io.ErrUnexpectedEOF)
			assert.Len(t, s.WrittenNS, 5)
			assert.Nil(t, s.Done)
		}},
		{sim.Fault{Kind: sim.Cut, After: sim.AtStart}, func(t *testing.T, o outcome, _ sim.Served) {
			assert.Zero(t, o.status, "not even headers")
			assert.Error(t, o.err)
		}},
		{sim.Fault{Kind: sim.EndEarly, After: 7}, func(t *testing.T, o outcome, _ sim.Served) {
			assert.Len(t, o.lines, 7)
			assert.NoError(t, o.err)
			assert.False(t, o.done())
		}},
		{sim.Fault{Kind: sim.Stall}, func(t *testing.T, o outcome, s sim.Served) {
			assert.Len(t, o.lines, 5)
			assert.ErrorIs(t, o.err, context.DeadlineExceeded)
			assert.Nil(t, s.Done)
		}},
		{sim.Fault{Kind: sim.Stall, Delay: time.Second}, func(t *testing.T, o outcome, _ sim.Served) {
			require.Len(t, o.lines, 11)
			assert.Equal(t, 140*ms, o.lines[4].At)
			assert.Equal(t, 1150*ms, o.lines[5].At)
			assert.Equal(t, 1150*ms, o.lines[9].At, "catches up")
			assert.Equal(t, 190*ms, o.lines[10].TotalDuration-10*ms, "the GPU did not stall")
		}},
		{sim.Fault{Kind: sim.Burst, Count: 4}, func(t *testing.T, o outcome, _ sim.Served) {
			require.Len(t, o.lines, 11)
			for i, want := range []time.Duration{130, 130, 130, 130, 170, 170, 170, 170, 200, 200, 200} {
				assert.Equal(t, want*ms, o.lines[i].At, "line %d", i)
			}
		}},
		{sim.Fault{Kind: sim.Split, Delay: 2 * ms}, func(t *testing.T, o outcome, s sim.Served) {
			require.Len(t, o.lines, 11)
			assert.Equal(t, 102*ms, o.lines[0].At, "complete when the second half is there")
			assert.Equal(t, 192*ms, o.lines[9].At)
			assert.EqualValues(t, 102*ms, s.WrittenNS[0]-s.ReceivedNS, "the truth knows")
		}},
		{sim.Fault{Kind: sim.Split, Count: 4, Delay: ms}, func(t *testing.T, o outcome, s sim.Served) {
			require.Len(t, o.lines, 11)
			assert.Equal(t, 103*ms, o.lines[0].At, "complete when the fourth piece is there")
			assert.EqualValues(t, 193*ms, s.WrittenNS[9]-s.ReceivedNS)
			assert.Equal(t, 200*ms, o.lines[10].At, "the final chunk is in one")
		}},
		{sim.Fault{Kind: sim.NoEvalDuration}, func(t *testing.T, o outcome, _ sim.Served) {
			assert.True(t, o.done())
			assert.NotContains(t, o.lines[10].Raw, `"eval_duration"`)
			assert.Contains(t, o.lines[10].Raw, `"prompt_eval_duration"`)
		}},
		{sim.Fault{Kind: sim.EmptyReply}, func(t *testing.T, o outcome, _ sim.Served) {
			require.Len(t, o.lines, 1)
			assert.True(t, o.done())
			assert.Equal(t, 100*ms, o.lines[0].At)
			assert.NotContains(t, o.lines[0].Raw, `"eval_count"`)
		}},
		{sim.Fault{Kind: sim.Slow, Count: 10}, func(t *testing.T, o outcome, _ sim.Served) {
			assert.Equal(t, time.Second, o.lines[0].At)
			assert.Equal(t, 1900*ms, o.lines[9].At)
		}},
		{sim.Fault{Kind: sim.NotFound}, func(t *testing.T, o outcome, _ sim.Served) {
			assert.Equal(t, 404, o.status)
			assert.Contains(t, o.lines[0].Error, "not found")
		}},
		{sim.Fault{Kind: sim.ServerError}, func(t *testing.T, o outcome, _ sim.Served) {
			assert.Equal(t, 500, o.status)
			assert.Equal(t, sim.FaultMessage, o.lines[0].Error)
		}},
		{sim.Fault{Kind: sim.SlowHeaders}, func(t *testing.T, o outcome, _ sim.Served) {
			assert.Equal(t, sim.DefaultFaultDelay+100*ms, o.lines[0].At)
			assert.True(t, o.done())
		}},
	} {
		for path, body := range map[string]string{"/api/generate": tenTokens, "/api/chat": tenChat} {
			t.Run(string(tc.fault.Kind)+path, func(t *testing.T) {
				bubble(t, sim.Config{Exact: known, Faults: []sim.Fault{tc.fault}}, func(t *testing.T, s *sim.Servers, c *http.Client) {
					ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
					defer cancel()
					var o outcome
					o.status, o.lines, o.err = ask(ctx, c, s.Endpoints()[0].URL+path, body)
					time.Sleep(time.Second)
					var truth sim.Served
					if log := s.Log(); len(log) > 0 {
						truth = log[0]
						assert.Equal(t, tc.fault.Kind, map[bool]sim.FaultKind{true: tc.fault.Kind, false: truth.Fault}[tc.fault.Kind == sim.SlowHeaders])
					}
					tc.check(t, o, truth)
				})
			})
		}
	}
}

func TestFaultsOfAWholeAnswer(t *testing.T) {
	for _, tc := range []struct {
		fault sim.Fault
		check func(o outcome) bool
	}{
		{sim.Fault{Kind: sim.Garbage}, func(o outcome) bool { return o.lines[0].Raw == sim.GarbageText }},
		{sim.Fault{Kind: sim.HugeLine, Size: 1000}, func(o outcome) bool { return len(o.lines[0].Response) > 1000 && o.done() }},
		{sim.Fault{Kind: sim.ErrorLine}, func(o outcome) bool { return o.status == 500 }},
		{sim.Fault{Kind: sim.Cut}, func(o outcome) bool { return o.status == 0 && o.err != nil }},
		{sim.Fault{Kind: sim.EndEarly}, func(o outcome) bool { return o.status == 200 && len(o.lines) == 0 }},
		{sim.Fault{Kind: sim.Split}, func(o outcome) bool { return o.done() && o.lines[0].At == 201*ms }},
		{sim.Fault{Kind: sim.EmptyFirst}, func(o outcome) bool { return o.done() && len(o.lines) == 1 }},
	} {
		bubble(t, sim.Config{Exact: known, Faults: []sim.Fault{tc.fault}}, func(t *testing.T, s *sim.Servers, c *http.Client) {
			var o outcome
			o.status, o.lines, o.err = ask(t.Context(), c, generate(s, 0), tenWhole)
			assert.True(t, tc.check(o), "%s: %+v", tc.fault.Kind, o)
		})
	}
}

func TestAFaultMeetsOnlyTheRequestItIsMeantFor(t *testing.T) {
	bubble(t, sim.Config{Exact: known}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		status := func(i int, path string) int {
			n, _, err := ask(t.Context(), c, s.Endpoints()[i].URL+path, tenTokens)
			require.NoError(t, err)
			return n
		}
		assert.Equal(t, 200, status(0, "/api/generate"))
		lift := s.Inject(sim.Fault{Kind: sim.ServerError, Endpoint: "s2", Request: 2})
		for i, want := range []int{200, 500, 200} {
			assert.Equal(t, 200, status(0, "/api/generate"), "the other endpoint")
			assert.Equal(t, 200, status(1, "/api/show"), "another path")
			assert.Equal(t, want, status(1, "/api/generate"), "request %d since the injection", i+1)
		}
		require.NoError(t, lift())

		lift = s.Inject(sim.Fault{Kind: sim.NotFound, Path: "/api/show"})
		assert.Equal(t, 404, status(0, "/api/show"))
		assert.Equal(t, 404, status(1, "/api/show"), "every one, on both")
		assert.Equal(t, 200, status(1, "/api/generate"))
		require.NoError(t, lift())
		assert.Equal(t, 200, status(0, "/api/show"))
	})
}

func TestARefusedPortComesBack(t *testing.T) {
	s, c := start(t, sim.Config{})
	try := func(i int) error {
		_, _, err := ask(t.Context(), c, generate(s, i), tenTokens)
		return err
	}
	urls := s.Endpoints()
	require.NoError(t, try(0))
	lift := s.Inject(sim.Fault{Kind: sim.Refuse, Endpoint: "s1", Request: 2})
	require.NoError(t, try(0), "the first request since is served")
	refused := func(i int) bool { return errors.Is(try(i), syscall.ECONNREFUSED) } // at first a kept connection may be seen to end
	assert.Eventually(t, func() bool { return refused(0) }, 5*time.Second, time.Millisecond)
	require.NoError(t, try(1), "the other endpoint")
	require.NoError(t, lift())
	require.NoError(t, try(0))
	assert.Equal(t, urls, s.Endpoints(), "on the same port")

	lift = s.Inject(sim.Fault{Kind: sim.Refuse})
	assert.Eventually(t, func() bool { return refused(0) && refused(1) }, 5*time.Second, time.Millisecond)
	require.NoError(t, lift())
	require.NoError(t, try(1))
	s.Inject(sim.Fault{Kind: sim.Refuse}) // closing while refusing is fine
}

func TestANonsenseFaultPanics(t *testing.T) {
	s, _ := start(t, sim.Config{})
	assert.PanicsWithError(t, `fault: unknown kind "gremlin"`, func() { s.Inject(sim.Fault{Kind: "gremlin"}) })
	assert.Len(t, sim.FaultKinds(), 19)
	for _, k := range sim.FaultKinds() {
		assert.Equal(t, strings.ToLower(string(k)), string(k))
	}
}
