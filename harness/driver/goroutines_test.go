package driver

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/workload"
	"github.com/chimeraforge/duet/internal/virtual"
)

const (
	collector = "http://s1.localhost:80"
	insight   = "http://s2.localhost:80"
)

// two agents that make two calls each.
func two(a, b string) Request {
	calls := func(name string) []workload.Call {
		return []workload.Call{
			{Prompt: name + " asks.", Seed: 1, NumPredict: 10},
			{Prompt: "<" + workload.AnswerMark + "> and now?", Seed: 2, NumPredict: 10},
		}
	}
	opts := record.Options{NumCtx: 512, NumGPU: 80, Temperature: 1, Seed: 99, NumPredict: 99}
	return Request{SilenceNS: int64(10 * time.Second), KeepAlive: "5m", KeepChunks: true, Agents: []Agent{
		{ID: "collector", Endpoint: a, Model: "qwen2.5:7b", Options: opts, Calls: calls("collector")},
		{ID: "insight", Endpoint: b, Model: "qwen2.5:7b", Options: opts, Calls: calls("insight")},
	}}
}

// simulated runs f with a driver on two simulated servers in virtual time, at
// 100 ms to the first token and 10 ms for each further one and for the final
// chunk: a call of 10 tokens takes 200 ms.
func simulated(t *testing.T, cfg sim.Config, f func(*testing.T, *Goroutines)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := virtual.NewNetwork()
		cfg.Listen, cfg.VirtualTime = network.Listen, true
		cfg.Exact = &sim.Exact{TTFT: 100 * time.Millisecond, Token: 10 * time.Millisecond}
		servers, err := sim.Start(t.Context(), cfg)
		require.NoError(t, err)
		f(t, &Goroutines{Dial: network.Dial})
		require.NoError(t, servers.Close(t.Context()))
	})
}

func drive(t *testing.T, d *Goroutines, ctx context.Context, req Request) Result {
	t.Helper()
	res, err := d.Run(ctx, req)
	require.NoError(t, err)
	return res
}

const ms = int64(time.Millisecond)

func TestStampsAreExactInVirtualTime(t *testing.T) {
	simulated(t, sim.Config{}, func(t *testing.T, d *Goroutines) {
		res := drive(t, d, t.Context(), two(collector, insight))
		require.Len(t, res.Calls, 4)
		for i, c := range res.Calls {
			require.Empty(t, c.Error)
			assert.Equal(t, []string{"collector", "collector", "insight", "insight"}[i], c.Agent)
			assert.Equal(t, i%2, c.Index)
			start := res.GunNS + int64(i%2)*200*ms
			assert.Equal(t, start, c.RequestNS, "both at the gun, then one call after the other")
			assert.Equal(t, start+100*ms, *c.FirstNS)
			assert.Equal(t, start+190*ms, *c.LastTokenNS)
			assert.Equal(t, start+200*ms, c.EndNS, "the final chunk, which has no text")
			want := []int64{100 * ms}
			for range 9 {
				want = append(want, 10*ms)
			}
			assert.Equal(t, want, c.DeltasNS)
			assert.EqualValues(t, 10, *c.Server.Tokens, "the call's budget, not the agent's")
			assert.Equal(t, i%2+1, c.Seed)
		}
		assert.Equal(t, res.GunNS+400*ms, res.EndNS, "the latest agent end")
		assert.NotEmpty(t, res.Client.Runtime)
	})
}

func TestContentionIsFeltByBothAndOnlyTogether(t *testing.T) {
	loss := 0.5
	simulated(t, sim.Config{Loss: &loss}, func(t *testing.T, d *Goroutines) {
		pair := drive(t, d, t.Context(), two(collector, insight))
		assert.Equal(t, 800*ms, pair.EndNS-pair.GunNS, "twice as long")
		alone := two(collector, insight)
		alone.Agents = alone.Agents[:1]
		solo := drive(t, d, t.Context(), alone)
		assert.Equal(t, 400*ms, solo.EndNS-solo.GunNS)
	})
}

func TestAFailedFirstCallEndsItsAgentAndTheOtherGoesOn(t *testing.T) {
	fault := sim.Fault{Kind: sim.ServerError, Endpoint: "s2", Request: 1}
	simulated(t, sim.Config{Faults: []sim.Fault{fault}}, func(t *testing.T, d *Goroutines) {
		res := drive(t, d, t.Context(), two(collector, insight))
		require.Len(t, res.Calls, 3, "the second call would need the first one's answer")
		assert.Empty(t, res.Calls[0].Error+res.Calls[1].Error)
		assert.Equal(t, "insight", res.Calls[2].Agent)
		assert.Contains(t, res.Calls[2].Error, "HTTP 500")
		assert.Equal(t, res.GunNS+400*ms, res.EndNS)
	})
}

func TestADeadEndpointIsACallWithAnError(t *testing.T) {
	simulated(t, sim.Config{}, func(t *testing.T, d *Goroutines) {
		res := drive(t, d, t.Context(), two("http://nowhere.localhost:80", insight))
		require.Len(t, res.Calls, 3)
		dead := res.Calls[0]
		assert.Equal(t, "collector", dead.Agent)
		assert.Contains(t, dead.Error, "connection refused")
		assert.GreaterOrEqual(t, dead.RequestNS, res.GunNS, "never before the gun")
		assert.Empty(t, res.Calls[1].Error+res.Calls[2].Error)
	})
}

func TestASilentServerCostsOneAgentItsCall(t *testing.T) {
	fault := sim.Fault{Kind: sim.Stall, Endpoint: "s1", Request: 2, After: 3}
	simulated(t, sim.Config{Faults: []sim.Fault{fault}}, func(t *testing.T, d *Goroutines) {
		res := drive(t, d, t.Context(), two(collector, insight))
		require.Len(t, res.Calls, 4)
		assert.Equal(t, "server silent for 10s", res.Calls[1].Error)
		assert.Equal(t, 3, res.Calls[1].Chunks, "what came is kept")
		assert.Equal(t, res.GunNS+(200+120)*ms+int64(10*time.Second), res.EndNS)
		assert.Empty(t, res.Calls[3].Error)
	})
}

func TestACancelledPassFailsTheCallsInFlight(t *testing.T) {
	simulated(t, sim.Config{}, func(t *testing.T, d *Goroutines) {
		why := errors.New("Ctrl-C")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(155*time.Millisecond, func() { cancel(why) })
		res := drive(t, d, ctx, two(collector, insight))
		require.Len(t, res.Calls, 2, "no further call is made")
		for _, c := range res.Calls {
			assert.Equal(t, "Ctrl-C", c.Error)
			assert.Equal(t, res.GunNS+155*ms, c.EndNS)
			assert.Equal(t, 6, c.Chunks)
		}
	})
}

func TestAPassCancelledBeforeItBeganEnds(t *testing.T) {
	simulated(t, sim.Config{}, func(t *testing.T, d *Goroutines) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		res := drive(t, d, ctx, two(collector, insight))
		require.Len(t, res.Calls, 2)
		for _, c := range res.Calls {
			assert.Contains(t, c.Error, "context canceled")
		}
	})
}

func TestAPassWithoutAgentsIsRefused(t *testing.T) {
	_, err := (&Goroutines{}).Run(t.Context(), Request{})
	assert.ErrorContains(t, err, "no agents")
	assert.Equal(t, "go", (&Goroutines{}).Name())
}

func TestAnAgentWithoutCallsHoldsNobodyUp(t *testing.T) {
	simulated(t, sim.Config{}, func(t *testing.T, d *Goroutines) {
		req := two(collector, insight)
		req.Agents[0].Calls = nil
		res := drive(t, d, t.Context(), req)
		assert.Len(t, res.Calls, 2)
	})
}

// paired is a server that answers when both agents have asked, so that a driver
// that took turns would never end.
type paired struct {
	together *sync.WaitGroup
	mu       sync.Mutex
	prompts  []string
	opened   atomic.Int32 // connections
	early    atomic.Int32 // of them, before the first generate
	asked    atomic.Bool
}

func (o *paired) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/version" {
		_, _ = io.WriteString(w, `{"version":"1"}`)
		return
	}
	body, _ := io.ReadAll(r.Body)
	o.mu.Lock()
	first := len(o.prompts) == 0
	o.prompts = append(o.prompts, string(body))
	o.mu.Unlock()
	if first {
		o.asked.Store(true)
		o.together.Done()
		o.together.Wait()
	}
	_, _ = io.WriteString(w, `{"response":"forty"}`+"\n"+`{"response":"-two"}`+"\n"+`{"done":true,"eval_count":2}`+"\n")
}

func (o *paired) start(t *testing.T) string {
	s := httptest.NewUnstartedServer(o)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			o.opened.Add(1)
			if !o.asked.Load() {
				o.early.Add(1)
			}
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

func TestAgentsWorkAtOnceOverConnectionsOpenedBefore(t *testing.T) {
	var together sync.WaitGroup
	together.Add(2)
	servers := []*paired{{together: &together}, {together: &together}}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	res := drive(t, &Goroutines{}, ctx, two(servers[0].start(t), servers[1].start(t)))
	require.Len(t, res.Calls, 4)
	assert.Greater(t, res.Calls[0].EndNS, res.Calls[2].RequestNS, "the first calls overlap")
	assert.Greater(t, res.Calls[2].EndNS, res.Calls[0].RequestNS)
	for i, c := range res.Calls {
		require.Empty(t, c.Error)
		assert.GreaterOrEqual(t, c.RequestNS, res.GunNS, "call %d", i)
		assert.LessOrEqual(t, c.EndNS, res.EndNS)
		assert.Equal(t, "forty-two", c.Reply)
	}
	for _, s := range servers {
		assert.EqualValues(t, 1, s.opened.Load(), "one connection for everything")
		assert.EqualValues(t, 1, s.early.Load(), "and before the first call")
		require.Len(t, s.prompts, 2)
		assert.Contains(t, s.prompts[0], " asks.")
		assert.NotContains(t, s.prompts[0], "forty-two")
		assert.True(t, strings.Contains(s.prompts[1], "forty-two") && strings.Contains(s.prompts[1], "and now?"),
			"the first reply is in the second prompt: %s", s.prompts[1])
		assert.NotContains(t, s.prompts[1], workload.AnswerMark)
		assert.Contains(t, s.prompts[1], `"seed":2`)
		assert.Contains(t, s.prompts[1], `"num_predict":10`)
		assert.Contains(t, s.prompts[1], `"keep_alive":"5m"`)
	}
}

// The gun may fire only once a slow connection is open too.
func TestTheGunWaitsForASlowConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := virtual.NewNetwork()
		servers, err := sim.Start(t.Context(), sim.Config{
			Listen: network.Listen, VirtualTime: true, Exact: &sim.Exact{TTFT: time.Millisecond, Token: time.Millisecond},
		})
		require.NoError(t, err)
		began := time.Now()
		d := &Goroutines{Dial: func(ctx context.Context, n, addr string) (net.Conn, error) {
			if strings.HasPrefix(addr, "s2") {
				time.Sleep(3 * time.Second)
			}
			return network.Dial(ctx, n, addr)
		}}
		res := drive(t, d, t.Context(), two(collector, insight))
		assert.Equal(t, res.GunNS, res.Calls[0].RequestNS)
		assert.Equal(t, res.GunNS, res.Calls[2].RequestNS, "together, however long one took to connect")
		assert.Equal(t, 3*time.Second+time.Duration(res.EndNS-res.GunNS), time.Since(began), "connecting is outside the window")
		require.NoError(t, servers.Close(t.Context()))
	})
}
