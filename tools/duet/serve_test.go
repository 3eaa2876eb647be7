package main

import (
	"bufio"
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ollama/ollama/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/backend/sim"
)

// address is a line that says where a server is.
var address = regexp.MustCompile(`^server\d+ (http://127\.0\.0\.1:\d+)$`)

// read reads what the command says until it has said everything.
func read(t *testing.T, out io.Reader) (said string, urls []string) {
	t.Helper()
	for r := bufio.NewReader(out); !strings.Contains(said, "Ctrl-C ends it"); {
		line, err := r.ReadString('\n')
		require.NoError(t, err, said+line)
		said += line
		if m := address.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			urls = append(urls, m[1])
		}
	}
	return said, urls
}

// serving runs the command until the test ends.
func serving(t *testing.T, args ...string) (said string, urls []string) {
	t.Helper()
	others := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, others) }) // the last of the cleanups
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error)
	go func() {
		err := serve(ctx, in, io.Discard, args)
		in.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
		for _, u := range urls {
			_, err := net.Dial("tcp", strings.TrimPrefix(u, "http://"))
			assert.Error(t, err, "nobody listens any more")
		}
	})
	return read(t, out)
}

// ask generates with Ollama's own client.
func ask(t *testing.T, address, model string, tokens int) (text string, last api.GenerateResponse) {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	request := &api.GenerateRequest{Model: model, Prompt: "Why is the sky blue?", Options: map[string]any{"num_predict": tokens}}
	require.NoError(t, api.NewClient(u, client).Generate(t.Context(), request, func(r api.GenerateResponse) error {
		text += r.Response
		last = r
		return nil
	}))
	return text, last
}

func TestOllamasOwnClientIsServedByTheSimulator(t *testing.T) {
	said, urls := serving(t, "-timescale=1000")
	require.Len(t, urls, 1)
	assert.True(t, strings.HasPrefix(said, "# This is a SIMULATION: "), said)
	assert.Contains(t, said, "curl "+urls[0]+"/api/generate -d '{\"model\":\"qwen2.5:7b\",")
	text, last := ask(t, urls[0], "qwen2.5:7b", 20)
	assert.True(t, strings.HasPrefix(text, sim.Mark+" "), "the reply says it too")
	assert.Equal(t, 20, last.EvalCount)
}

// inARow is the first of n free ports. They lie below those that the system hands
// out by itself, or another test's server could take one of them meanwhile.
func inARow(t *testing.T, n int) int {
	t.Helper()
	for range 100 {
		first, free := 20_000+rand.IntN(10_000), true
		for i := range n {
			l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(first+i))
			if free = free && err == nil; err == nil {
				require.NoError(t, l.Close())
			}
		}
		if free {
			return first
		}
	}
	t.Fatalf("no %d free ports in a row", n)
	return 0
}

func TestServersAreOnPortsInARowAndShareOneGPU(t *testing.T) {
	port := inARow(t, 3)
	_, urls := serving(t, "-timescale=100", "-servers=3", "-port="+strconv.Itoa(port), "-models=a:1b", "-seed=7")
	var want []string
	for i := range 3 {
		want = append(want, "http://127.0.0.1:"+strconv.Itoa(port+i))
	}
	require.Equal(t, want, urls)
	rate := func(r api.GenerateResponse) float64 { return float64(r.EvalCount) / r.EvalDuration.Seconds() }
	for _, u := range urls {
		ask(t, u, "a:1b", 1) // load it
	}
	_, alone := ask(t, urls[0], "a:1b", 400)
	together := make([]api.GenerateResponse, len(urls))
	var wg sync.WaitGroup
	for i, u := range urls {
		wg.Go(func() { _, together[i] = ask(t, u, "a:1b", 400) })
	}
	wg.Wait()
	for _, r := range together {
		assert.Less(t, rate(r), rate(alone)*0.8)
	}
}

func TestTheReplyTakesItsTime(t *testing.T) {
	o, err := parseServe(io.Discard, nil)
	require.NoError(t, err)
	assert.Equal(t, 1.0, o.sim.Timescale, "real time, unless told otherwise")
	_, urls := serving(t, "-timescale=20")
	ask(t, urls[0], "qwen2.5:7b", 1)
	began := time.Now()
	_, last := ask(t, urls[0], "qwen2.5:7b", 80)
	assert.GreaterOrEqual(t, time.Since(began), last.EvalDuration/20)
	assert.InDelta(t, 1, last.EvalDuration.Seconds(), 0.2, "80 tokens a second, as the study's")
}

func TestBadCommandLinesOfServeAreUsageErrors(t *testing.T) {
	for args, want := range map[string]string{
		"-servers=0":             "allowed are 1 to 64",
		"-servers=65":            "allowed are 1 to 64",
		"-port=-1":               "no room",
		"-port=65535 -servers=2": "no room for 2 servers",
		"-timescale=0":           "-timescale=0: allowed: above 0",
		"-timescale=NaN":         "allowed: above 0",
		"-models=a,":             `"" is no name of a model`,
		"-models=a'b":            "is no name",
		"extra":                  `unexpected "extra"`,
		"-host=0.0.0.0":          "not defined",
	} {
		err := serve(t.Context(), io.Discard, io.Discard, strings.Fields(args))
		require.ErrorContains(t, err, want, args)
		assert.NotContains(t, err.Error(), "\n")
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	err = serve(t.Context(), io.Discard, io.Discard, []string{"-port=" + strconv.Itoa(taken.Addr().(*net.TCPAddr).Port)})
	assert.ErrorContains(t, err, "address already in use")
}
