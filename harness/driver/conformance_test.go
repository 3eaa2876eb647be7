package driver_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/drivertest"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/workload"
	"github.com/chimeraforge/duet/internal/clock"
)

// perCall are the runtimes whose client opens a connection for every call, as
// their names promise.
var perCall = map[string]bool{"python-httpx": true}

// The paced simulator's answer: 5 tokens, 60 ms to the first, 8 ms for each
// further one and for the final chunk.
const (
	ttft  = 60 * time.Millisecond
	token = 8 * time.Millisecond
)

// paced starts the simulator with faults and returns a request of two agents with
// two calls each.
func paced(t *testing.T, faults ...sim.Fault) driver.Request {
	t.Helper()
	s, err := sim.Start(t.Context(), sim.Config{Models: []string{"m"}, Exact: &sim.Exact{TTFT: ttft, Token: token}, Faults: faults})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close(context.Background())) })
	e := s.Endpoints()
	return two(e[0].URL, e[1].URL)
}

func two(a, b string) driver.Request {
	opts := record.Options{NumGPU: 80, NumCtx: 512, Temperature: 1, TopP: 0.9, TopK: 40, RepeatPenalty: 1.1, Seed: 99, NumPredict: 99}
	calls := func(name string) []workload.Call {
		return []workload.Call{
			{Prompt: name + " asks: „wie?“", Seed: 1, NumPredict: 5},
			{Prompt: "<" + workload.AnswerMark + "> and now?", Seed: 2, NumPredict: 5},
		}
	}
	return driver.Request{SilenceNS: int64(20 * time.Second), KeepAlive: "5m", KeepChunks: true, Agents: []driver.Agent{
		{ID: "collector", Endpoint: a, Model: "m", Options: opts, Calls: calls("collector")},
		{ID: "insight", Endpoint: b, Model: "m", Options: opts, Calls: calls("insight")},
	}}
}

func run(t *testing.T, d driver.Driver, req driver.Request) driver.Result {
	t.Helper()
	res, err := d.Run(t.Context(), req)
	require.NoError(t, err)
	return res
}

func TestEveryRuntimeMeasuresTwoAgents(t *testing.T) {
	drivertest.Every(t, func(t *testing.T, d driver.Driver) {
		req := paced(t)
		res := run(t, d, req)
		require.Len(t, res.Calls, 4)
		for i, c := range res.Calls {
			require.Empty(t, c.Error)
			assert.Equal(t, []string{"collector", "collector", "insight", "insight"}[i], c.Agent)
			assert.Equal(t, i%2, c.Index)
			assert.Equal(t, i%2+1, c.Seed)
			assert.Equal(t, 5, c.Chunks)
			assert.Len(t, c.DeltasNS, 5)
			assert.EqualValues(t, 5, *c.Server.Tokens, "the call's budget, not the agent's")
			assert.Positive(t, *c.Server.EvalNS)
			assert.Equal(t, "length", c.DoneReason)
			assert.Equal(t, len(c.Reply), c.ReplyBytes)
			var sum int64
			for _, d := range c.DeltasNS {
				sum += d
			}
			assert.Equal(t, *c.LastTokenNS-c.RequestNS, sum)
			assert.GreaterOrEqual(t, *c.FirstNS-c.RequestNS, int64(ttft), "no token is early")
			assert.GreaterOrEqual(t, c.EndNS, *c.LastTokenNS)
		}
		assert.Equal(t, len("collector asks: „wie?“"), res.Calls[0].PromptBytes)
		assert.Equal(t, len("<> and now?")+res.Calls[0].ReplyBytes, res.Calls[1].PromptBytes)
		assert.Less(t, res.Calls[2].RequestNS, res.Calls[0].EndNS, "both at once")
		assert.Positive(t, res.Client.CPUNS)
		assert.NotEmpty(t, res.Client.Runtime)
		if d.Name() != driver.Go {
			assert.Positive(t, res.Client.StartupNS)
			assert.Positive(t, res.Client.PeakRSS)
		}
	})
}

func TestEveryRuntimeLeavesArrivalsOutWhenNotAsked(t *testing.T) {
	drivertest.Every(t, func(t *testing.T, d driver.Driver) {
		req := paced(t)
		req.KeepChunks = false
		for _, c := range run(t, d, req).Calls {
			assert.Empty(t, c.DeltasNS)
			assert.Equal(t, 5, c.Chunks)
		}
	})
}

func TestEveryRuntimeWaitsForTheGun(t *testing.T) {
	drivertest.Every(t, func(t *testing.T, d driver.Driver) {
		req := paced(t)
		req.GunNS = clock.NS() + int64(1500*time.Millisecond) // later than any interpreter is ready
		res := run(t, d, req)
		assert.GreaterOrEqual(t, res.GunNS, req.GunNS)
		assert.GreaterOrEqual(t, res.Calls[0].RequestNS, res.GunNS)
	})
}

// What goes wrong in a call, and how each runtime has to word it.
func TestEveryRuntimeSaysWhatWentWrong(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault sim.Fault
		error string
	}{
		{"an error status", sim.Fault{Kind: sim.ServerError}, "HTTP 500: fault on demand"},
		{"an error in the stream", sim.Fault{Kind: sim.ErrorLine, After: 2}, "server: fault on demand"},
		{"garbage", sim.Fault{Kind: sim.Garbage, After: 2}, "not JSON in the stream: " + strconv.Quote(sim.GarbageText)},
		{"a line without end", sim.Fault{Kind: sim.HugeLine, After: 2}, "line longer than 8388608 bytes in the stream"},
		{"no final chunk", sim.Fault{Kind: sim.EndEarly, After: 3}, "stream cut off after 3 chunks, before the final one"},
		{"no text", sim.Fault{Kind: sim.EmptyReply}, "reply without text"},
		{"silence in the stream", sim.Fault{Kind: sim.Stall, After: 3}, "server silent for "},
		{"silence before the headers", sim.Fault{Kind: sim.SlowHeaders, Delay: 3 * time.Second}, "server silent for "},
		{"a closed connection", sim.Fault{Kind: sim.Cut, After: 3}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			drivertest.Every(t, func(t *testing.T, d driver.Driver) {
				c.fault.Endpoint, c.fault.Request = "s2", 1
				req := paced(t, c.fault)
				if strings.HasPrefix(c.error, "server silent") {
					req.SilenceNS = int64(time.Second)
				}
				res := run(t, d, req)
				require.Len(t, res.Calls, 3, "the second call would need the first one's answer, and the other agent goes on")
				assert.Empty(t, res.Calls[0].Error+res.Calls[1].Error)
				bad := res.Calls[2]
				assert.NotEmpty(t, bad.Error)
				assert.Contains(t, bad.Error, c.error)
				assert.GreaterOrEqual(t, bad.EndNS, bad.RequestNS)
				t.Log(bad.Error)
			})
		})
	}
}

func TestEveryRuntimeCopesWithHowBytesCome(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault sim.Fault
	}{
		{"several tokens in a packet", sim.Fault{Kind: sim.Burst, Count: 3}},
		{"a chunk in two packets", sim.Fault{Kind: sim.Split}},
		{"empty chunks first", sim.Fault{Kind: sim.EmptyFirst, Count: 3}},
		{"a role first", sim.Fault{Kind: sim.RoleFirst}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			drivertest.Every(t, func(t *testing.T, d driver.Driver) {
				for _, call := range run(t, d, paced(t, c.fault)).Calls {
					require.Empty(t, call.Error)
					assert.Equal(t, 5, call.Chunks, "chunks with text")
					assert.GreaterOrEqual(t, *call.FirstNS-call.RequestNS, int64(ttft))
				}
			})
		})
	}
}

func TestEveryRuntimeGoesOnWithoutADeadServer(t *testing.T) {
	drivertest.Every(t, func(t *testing.T, d driver.Driver) {
		req := paced(t)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		req.Agents[0].Endpoint = "http://" + l.Addr().String()
		require.NoError(t, l.Close())
		res := run(t, d, req)
		require.Len(t, res.Calls, 3)
		assert.Contains(t, res.Calls[0].Error, "open connection: ")
		assert.GreaterOrEqual(t, res.Calls[0].RequestNS, res.GunNS)
		assert.Empty(t, res.Calls[1].Error+res.Calls[2].Error)
	})
}

func TestEveryRuntimeEndsWhenItsPassIsCancelled(t *testing.T) {
	drivertest.Every(t, func(t *testing.T, d driver.Driver) {
		req := paced(t, sim.Fault{Kind: sim.Stall, After: 2})
		req.SilenceNS = 0
		why := errors.New("Ctrl-C")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(700*time.Millisecond, func() { cancel(why) })
		res, err := d.Run(ctx, req)
		if err == nil { // goroutines end, and say what they have seen
			for _, c := range res.Calls {
				assert.Equal(t, "Ctrl-C", c.Error)
			}
			return
		}
		assert.ErrorIs(t, err, why)
	})
}

// recorder is a server that notes what it is asked, and how many connections ask.
type recorder struct {
	mu     sync.Mutex
	bodies []string
	opened atomic.Int32
}

func (r *recorder) start(t *testing.T) string {
	s := httptest.NewUnstartedServer(r)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			r.opened.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.URL.Path == "/api/version" {
		_, _ = io.WriteString(w, `{"version":"1"}`)
		return
	}
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	r.bodies = append(r.bodies, string(body))
	r.mu.Unlock()
	_, _ = io.WriteString(w, `{"thinking":"for"}`+"\n"+`{"response":"ty-two"}`+"\n"+`{"done":true,"done_reason":"stop","eval_count":2}`)
}

func (r *recorder) asked() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.bodies)
}

func TestEveryRuntimeAsksTheSame(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY"} {
		t.Setenv(name, "http://127.0.0.1:1") // nobody there
	}
	drivertest.Every(t, func(t *testing.T, d driver.Driver) {
		if perCall[d.Name()] {
			t.Setenv("NO_PROXY", "127.0.0.1") // it is as most programs have it
		}
		var servers [2]recorder
		res := run(t, d, two(servers[0].start(t), servers[1].start(t)))
		for _, c := range res.Calls {
			require.Empty(t, c.Error)
			assert.Equal(t, "forty-two", c.Reply)
			assert.Equal(t, 2, c.Chunks)
			assert.Nil(t, c.Server.EvalNS, "absent stays absent")
		}
		for i := range servers {
			bodies := servers[i].asked()
			require.Len(t, bodies, 2)
			for k, body := range bodies {
				assert.JSONEq(t, body, wanted(i, k))
			}
			if !perCall[d.Name()] {
				assert.EqualValues(t, 1, servers[i].opened.Load(), "one connection for everything")
			}
		}
	})
}

func wanted(agent, call int) string {
	prompt := []string{"collector", "insight"}[agent] + " asks: „wie?“"
	if call == 1 {
		prompt = "<forty-two> and now?"
	}
	return strings.NewReplacer("PROMPT", prompt, "SEED", []string{"1", "2"}[call]).Replace(`{"model": "m", "prompt": "PROMPT", "stream": true, "keep_alive": "5m",
		"options": {"num_gpu": 80, "num_ctx": 512, "temperature": 1, "top_p": 0.9, "top_k": 40, "repeat_penalty": 1.1, "seed": SEED, "num_predict": 5}}`)
}
