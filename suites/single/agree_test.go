//go:build ollama || gpu

package single

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/goroutines"
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
// own source: the same server, model, options and prompt, in turn, and decode
// rates within 3 % of each other in the median.
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
	url := servers.Endpoints()[0].URL
	model := withOptions(t, url)
	for i := range attempts {
		ours, theirs := both(t, bench, url, model)
		off := *ours.Percentile(50) / *theirs.Percentile(50) - 1
		t.Logf("decode rate, median of %d and %d: duet %.2f tok/s, ollama's cmd/bench %.2f tok/s (%+.2f %%)",
			ours.N(), theirs.N(), *ours.Percentile(50), *theirs.Percentile(50), off*100)
		if math.Abs(off) <= margin {
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

func both(t *testing.T, bench, url, model string) (ours, theirs stats.Sample) {
	t.Helper()
	var a, b []*float64
	for range blocks {
		a = append(a, duetRates(t, url, model)...)
		b = append(b, benchRates(t, bench, url, model)...)
	}
	return stats.NewSample(a), stats.NewSample(b)
}

// duetRates are decode rates (server) of single-agent passes.
func duetRates(t *testing.T, url, model string) (out []*float64) {
	t.Helper()
	opts := options
	opts.Seed, opts.NumPredict = 1, tokens
	agent := driver.Agent{ID: "collector", Endpoint: url, Model: model, Options: opts}
	for i := range epochs {
		agent.Calls = append(agent.Calls, workload.Call{Prompt: prompt, Seed: i + 1, NumPredict: tokens})
	}
	res, err := (&goroutines.Driver{}).Run(t.Context(), driver.Request{SilenceNS: int64(time.Minute), KeepAlive: "5m", Agents: []driver.Agent{agent}})
	require.NoError(t, err)
	for i := range res.Calls {
		require.Empty(t, res.Calls[i].Error)
		assert.EqualValues(t, tokens, *res.Calls[i].Server.Tokens)
		out = append(out, metric.DecodeServer(&res.Calls[i]))
	}
	return out
}

var generated = regexp.MustCompile(`^BenchmarkModel/name=agree/step=generate (\d+) ([0-9.]+) ns/token `)

// benchRates are those of cmd/bench.
func benchRates(t *testing.T, bench, url, model string) (out []*float64) {
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
		rate := 1e9 / ns
		out = append(out, &rate)
	}
	require.Len(t, out, epochs, "%s%s", text, stderr.String())
	return out
}
