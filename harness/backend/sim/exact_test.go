package sim_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
	"github.com/chimeraforge/duet/internal/virtual"
)

const (
	ms  = time.Millisecond
	qwn = "qwen2.5:7b"
)

// chunk is a line of either API.
type chunk struct {
	Model              string `json:"model"`
	Response           string `json:"response"`
	Message            struct{ Role, Content string }
	Done               bool          `json:"done"`
	DoneReason         string        `json:"done_reason"`
	TotalDuration      time.Duration `json:"total_duration"`
	LoadDuration       time.Duration `json:"load_duration"`
	PromptEvalCount    int           `json:"prompt_eval_count"`
	PromptEvalDuration time.Duration `json:"prompt_eval_duration"`
	EvalCount          int           `json:"eval_count"`
	EvalDuration       time.Duration `json:"eval_duration"`
	Error              string        `json:"error"`

	At  time.Duration // since the request
	Raw string
}

func (c chunk) text() string { return c.Response + c.Message.Content }

// ask posts a body and reads the stream line by line.
func ask(ctx context.Context, client *http.Client, url, body string) (status int, lines []chunk, err error) {
	start := time.Now()
	req, err := http.NewRequestWithContext(ctx, "POST", url, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	in := bufio.NewReader(resp.Body)
	for {
		l, err := in.ReadString('\n')
		at := time.Since(start)
		if l != "" {
			c := chunk{At: at, Raw: l}
			if json.Unmarshal([]byte(l), &c) != nil {
				c.At, c.Raw = at, l
			}
			lines = append(lines, c)
		}
		if err == io.EOF {
			return resp.StatusCode, lines, nil
		} else if err != nil {
			return resp.StatusCode, lines, err
		}
	}
}

// bubble runs f with two simulated servers in virtual time.
func bubble(t *testing.T, cfg sim.Config, f func(t *testing.T, s *sim.Servers, c *http.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		net := virtual.NewNetwork()
		cfg.Listen, cfg.VirtualTime = net.Listen, true
		s, err := sim.Start(t.Context(), cfg)
		require.NoError(t, err)
		client := &http.Client{Transport: net.Transport()}
		f(t, s, client)
		client.CloseIdleConnections()
		require.NoError(t, s.Close(context.Background()))
	})
}

func generate(s *sim.Servers, i int) string { return s.Endpoints()[i].URL + "/api/generate" }

var known = &sim.Exact{TTFT: 100 * ms, Token: 10 * ms}

func TestAKnownAnswerIsExactInVirtualTime(t *testing.T) {
	bubble(t, sim.Config{Exact: known}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		status, lines, err := ask(t.Context(), c, generate(s, 0), `{"model":"qwen2.5:7b","prompt":"hi","options":{"num_predict":50}}`)
		require.NoError(t, err)
		require.Equal(t, 200, status)
		require.Len(t, lines, 51)
		for i, l := range lines {
			assert.Equal(t, 100*ms+time.Duration(i)*10*ms, l.At, "line %d", i)
		}
		last := lines[50]
		assert.Equal(t, chunk{
			Model: qwn, Done: true, DoneReason: "length", TotalDuration: 600 * ms, PromptEvalCount: last.PromptEvalCount,
			PromptEvalDuration: 100 * ms, EvalCount: 50, EvalDuration: 500 * ms, At: 600 * ms, Raw: last.Raw,
		}, func() chunk { l := last; l.Message.Role = ""; return l }())
		assert.NotContains(t, last.Raw, "load_duration", "zero is left out")
		assert.Equal(t, sim.Mark, lines[0].Response)
		truth := s.Log()
		require.Len(t, truth, 1)
		assert.Equal(t, 100*ms, truth[0].Tokens[0])
		assert.Equal(t, truth[0].IdealNS, truth[0].WrittenNS)
	})
}

func TestAKnownAnswerWithJitterIsKnownTokenByToken(t *testing.T) {
	exact := *known
	exact.Jitter = 6 * ms
	bubble(t, sim.Config{Exact: &exact}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		for i := range 3 { // the second call of one endpoint, the first of the other
			_, lines, err := ask(t.Context(), c, generate(s, i/2), `{"model":"qwen2.5:7b","prompt":"hi","options":{"num_predict":50}}`)
			require.NoError(t, err)
			truth := s.Log()[i]
			require.Len(t, truth.Tokens, 50)
			for k := range 50 {
				assert.Equal(t, truth.Tokens[k], lines[k].At, "token %d", k)
				assert.Equal(t, truth.Job.Ready(k), lines[k].At, "token %d", k)
			}
			assert.Equal(t, truth.IdealNS, truth.WrittenNS)
			assert.Equal(t, 600*ms, lines[50].At, "the pace is kept")
			assert.Equal(t, 500*ms, lines[50].EvalDuration)
		}
		log := s.Log()
		assert.NotEqual(t, log[0].Tokens, log[1].Tokens, "no two calls have the same gaps")
		assert.NotEqual(t, log[0].Tokens, log[2].Tokens)
	})
}

func TestServersShareOneGPU(t *testing.T) {
	for _, names := range [][]string{nil, {"a", "b", "c"}} {
		for _, loss := range []float64{0, 0.5, 0.6, 0.75} {
			bubble(t, sim.Config{Servers: names, Exact: known, Loss: new(loss)}, func(t *testing.T, s *sim.Servers, c *http.Client) {
				body := `{"model":"qwen2.5:7b","prompt":"hi","options":{"num_predict":90}}`
				n := len(s.Endpoints())
				assert.Equal(t, max(2, len(names)), n)
				start := time.Now()
				var wg sync.WaitGroup
				for i := range n {
					wg.Go(func() {
						_, lines, err := ask(t.Context(), c, generate(s, i), body)
						assert.NoError(t, err)
						assert.Len(t, lines, 91)
					})
				}
				wg.Wait()
				speedup := float64(n) / time.Since(start).Seconds()
				assert.InDelta(t, gpu.TrueSpeedup(loss, n), speedup, 1e-6)
			})
		}
	}
}

func TestTimescaleCompressesTime(t *testing.T) {
	bubble(t, sim.Config{Exact: known, Timescale: 100}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		_, lines, err := ask(t.Context(), c, generate(s, 0), `{"model":"qwen2.5:7b","prompt":"hi","options":{"num_predict":50}}`)
		require.NoError(t, err)
		assert.Equal(t, ms, lines[0].At)
		assert.Equal(t, 6*ms, lines[50].At)
		assert.Equal(t, 600*ms, lines[50].TotalDuration)
	})
}

func TestTheStudysModelsAreTheDefault(t *testing.T) {
	bubble(t, sim.Config{Noise: new(0.0)}, func(t *testing.T, s *sim.Servers, c *http.Client) {
		prompt := strings.Repeat("word", 500)
		body := `{"model":"qwen2.5:7b","prompt":"` + prompt + `","options":{"num_predict":801}}`
		_, lines, err := ask(t.Context(), c, generate(s, 0), body)
		require.NoError(t, err)
		last := lines[801]
		assert.Equal(t, sim.DefaultColdLoad, last.LoadDuration)
		assert.InDelta(t, 80.1, float64(last.EvalCount)/last.EvalDuration.Seconds(), 1e-4)
		assert.InDelta(t, 1990, float64(last.PromptEvalCount)/last.PromptEvalDuration.Seconds(), 1e-2)
		assert.Equal(t, last.At, last.TotalDuration)
		assert.Equal(t, "s1", s.Log()[0].Endpoint)
	})
}
