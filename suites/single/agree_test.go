//go:build ollama || gpu

package single

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/workload"
)

const (
	tokens   = 128
	blocks   = 8    // of each meter, in turn
	epochs   = 3    // in a block
	margin   = 0.03 // between the two medians
	attempts = 4    // a busy machine can only tear them apart
)

// TestOllamasOwnBenchAgrees holds a single-agent pass to cmd/bench of Ollama's
// own source: the same server, model, options, prompt and seed, in turn. Each
// meter must say what went over the wire, to cmd/bench's last digit; and decode
// rates may differ by 3 % in the median, or by no more than these runs can tell.
func TestOllamasOwnBenchAgrees(t *testing.T) {
	golden.Long(t, "it builds a command of Ollama's and tries up to four times on a busy machine")
	bench := filepath.Join(t.TempDir(), "bench")
	out, err := exec.Command("go", "build", "-o", bench, "github.com/ollama/ollama/cmd/bench").CombinedOutput()
	require.NoError(t, err, string(out))
	path, _, err := process.Find()
	require.NoError(t, err)
	servers, err := process.Start(t.Context(), process.Config{Binary: path, ModelsDir: t.TempDir(), LogDir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, servers.Close(context.Background())) })
	model := withOptions(t, servers.Endpoints()[0].URL)
	tap := listenIn(t, servers.Endpoints()[0].URL)
	for i := range attempts {
		ours, theirs := both(t, bench, tap, model)
		ratio, within := stats.DefaultBootstrap().MedianRatio(ours, theirs)
		t.Logf("decode rate, medians of %d and %d: duet over ollama's cmd/bench %.4f (%.4f to %.4f)",
			len(ours), len(theirs), *ratio, *within.Lo, *within.Hi)
		if *within.Lo <= 1+margin && *within.Hi >= 1-margin {
			return
		}
		t.Logf("attempt %d is not within %.0f %%", i+1, margin*100)
	}
	t.Errorf("the two meters were never within %.0f %% of each other", margin*100)
}

// options are stated by duet and part of the model for cmd/bench, which can ask
// for few.
var options = record.Options{NumGPU: 80, NumCtx: 512, Temperature: 1, TopP: 0.9, TopK: 40, RepeatPenalty: 1.1, NumThread: 1}

func withOptions(t *testing.T, url string) string {
	t.Helper()
	from := plan.Tiny[2]
	require.NoError(t, synthetic.Register(t.Context(), url, from))
	body := fmt.Sprintf(`{"model": "agree", "from": %q, "stream": false, "parameters": {"num_gpu": 80, "num_ctx": 512, "num_thread": 1, "top_p": 0.9, "top_k": 40, "repeat_penalty": 1.1}}`, from)
	res, err := http.Post(url+"/api/create", "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	require.Equal(t, http.StatusOK, res.StatusCode, string(text))
	return "agree"
}

const prompt = "Write a short report about the throughput and the latency of two agents that share one machine."

func both(t *testing.T, bench string, tap *wire, model string) (ours, theirs []float64) {
	t.Helper()
	for range blocks {
		rates, said := duetRates(t, tap.URL, model), tap.said()
		assert.InEpsilonSlice(t, said, rates, 1e-12, "duet's rates, and what the server said")
		ours = append(ours, rates...)
		rates, said = benchRates(t, bench, tap.URL, model), tap.said()
		assert.InEpsilonSlice(t, said, rates, 1e-6, "cmd/bench's rates, and what the server said")
		theirs = append(theirs, rates...)
	}
	return ours, theirs
}

// wire passes on what is asked of a server and keeps the end of each answer.
type wire struct {
	*httptest.Server
	mu    sync.Mutex
	rates []float64
}

func listenIn(t *testing.T, server string) *wire {
	t.Helper()
	to, err := url.Parse(server)
	require.NoError(t, err)
	w := &wire{}
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to) },
		FlushInterval: -1, // at once: a token must not wait for the next one
		ModifyResponse: func(res *http.Response) error {
			res.Body = &heard{ReadCloser: res.Body, wire: w}
			return nil
		},
	}
	w.Server = httptest.NewServer(proxy)
	t.Cleanup(w.Close)
	return w
}

// said are the decode rates of the answers since the last call.
func (w *wire) said() []float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.rates
	w.rates = nil
	return out
}

// heard is an answer on its way, of which the last line says how long it took.
type heard struct {
	io.ReadCloser
	wire *wire
	text []byte
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	h.text = append(h.text, p[:n]...)
	lines := bytes.Split(bytes.TrimSpace(h.text), []byte("\n"))
	var last struct {
		Done         bool
		EvalCount    float64 `json:"eval_count"`
		EvalDuration float64 `json:"eval_duration"`
	}
	if json.Unmarshal(lines[len(lines)-1], &last) == nil && last.Done {
		h.wire.mu.Lock()
		h.wire.rates = append(h.wire.rates, last.EvalCount/last.EvalDuration*1e9)
		h.wire.mu.Unlock()
		h.text = nil
	}
	return n, err
}

// duetRates are decode rates (server) of single-agent passes.
func duetRates(t *testing.T, url, model string) (out []float64) {
	t.Helper()
	opts := options
	opts.Seed, opts.NumPredict = 1, tokens
	agent := driver.Agent{ID: "collector", Endpoint: url, Model: model, Options: opts}
	for range epochs {
		agent.Calls = append(agent.Calls, workload.Call{Prompt: prompt, Seed: 1, NumPredict: tokens})
	}
	res, err := (&driver.Goroutines{}).Run(t.Context(), driver.Request{SilenceNS: int64(time.Minute), KeepAlive: "5m", Agents: []driver.Agent{agent}})
	require.NoError(t, err)
	for i := range res.Calls {
		require.Empty(t, res.Calls[i].Error)
		assert.EqualValues(t, tokens, *res.Calls[i].Server.Tokens)
		out = append(out, *metric.DecodeServer(&res.Calls[i]))
	}
	return out
}

var generated = regexp.MustCompile(`^BenchmarkModel/name=agree/step=generate (\d+) ([0-9.]+) ns/token `)

// benchRates are those of cmd/bench.
func benchRates(t *testing.T, bench, url, model string) (out []float64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, bench, "-model", model, "-epochs", strconv.Itoa(epochs), "-max-tokens", strconv.Itoa(tokens), "-temperature", "1",
		"-seed", "1", "-format", "benchstat", "-p", prompt)
	cmd.Env = append(os.Environ(), "OLLAMA_HOST="+strings.TrimPrefix(url, "http://"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		m := generated.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		assert.Equal(t, strconv.Itoa(tokens), m[1])
		ns, err := strconv.ParseFloat(m[2], 64)
		require.NoError(t, err)
		out = append(out, 1e9/ns)
	}
	require.Len(t, out, epochs, "%s%s", text, stderr.String())
	return out
}
