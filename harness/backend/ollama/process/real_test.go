//go:build (ollama || gpu) && unix

package process

import (
	"context"
	"os"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/procgroup"
)

// realConfig is a configuration of the real Ollama, on ports and folders of its own.
// Under this tag a machine without one has failed.
func realConfig(t *testing.T) Config {
	t.Helper()
	path, how, err := Find()
	if err != nil {
		t.Fatalf("%v; 'make test' builds one, DUET_OLLAMA names one", err)
	}
	t.Logf("ollama: %s (%s)", path, how)
	ports, err := anyPorts(2)
	require.NoError(t, err)
	return Config{Binary: path, Ports: ports, ModelsDir: t.TempDir(), LogDir: t.TempDir()}
}

// options are those of a CPU server with a core of its own.
func options(predict int) record.Options {
	return record.Options{
		NumGPU: 80, NumCtx: 512, Temperature: 1, TopP: 0.9, TopK: 40,
		RepeatPenalty: 1.1, NumPredict: predict, NumThread: 1, Seed: 116,
	}
}

// startReal starts two servers that share a folder with the tiny models.
func startReal(t *testing.T) *Backend {
	t.Helper()
	b := start(t, realConfig(t))
	for _, m := range plan.Tiny {
		require.NoError(t, synthetic.Register(t.Context(), b.Endpoints()[0].URL, m))
	}
	return b
}

func TestRealServersRunEveryTinyModel(t *testing.T) {
	b := startReal(t)
	const prompt = "Nonce 42. Write a short report about the throughput and the latency of two agents " +
		"that share one machine, and list the three most important findings with the evidence for each."
	for _, e := range b.Endpoints() {
		for _, model := range plan.Tiny {
			c := ollama.New(e.URL)
			w, err := c.Generate(t.Context(), model, prompt, options(64), "5m")
			require.NoError(t, err, model)
			checkReply(t, w, len(prompt))
			t.Logf("%s %s: load %v, prompt %d B = %d tok at %.0f tok/s, decode %.0f tok/s", e.ID, model,
				w.Load, len(prompt), *w.Timings.PromptTokens, w.PromptRate(), w.DecodeRate())
			checkDescription(t, c, e.ID, model)
			require.NoError(t, c.Unload(t.Context(), model))
		}
	}
}

// checkReply expects the whole budget of printable text, and a prompt that
// costs about as many tokens as English does.
func checkReply(t *testing.T, w backend.Warm, promptBytes int) {
	t.Helper()
	assert.EqualValues(t, 64, *w.Timings.Tokens)
	assert.Greater(t, len(w.Reply), 128)
	for _, r := range w.Reply {
		require.True(t, unicode.IsPrint(r), "%q in %q", r, w.Reply)
	}
	perToken := float64(promptBytes) / float64(*w.Timings.PromptTokens)
	assert.Greater(t, perToken, 3.0, "bytes per prompt token")
	assert.Positive(t, w.DecodeRate())
}

func checkDescription(t *testing.T, c *ollama.Client, id, model string) {
	t.Helper()
	s, err := c.Describe(t.Context(), id, model)
	require.NoError(t, err)
	assert.NotEmpty(t, s.Version)
	require.NotNil(t, s.Model)
	assert.Len(t, s.Model.Digest, 64)
	assert.Equal(t, model, s.Model.Name)
	assert.Equal(t, 8192, s.Model.MaxContext)
	assert.Equal(t, model[len(plan.TinyPrefix):], s.Model.Family)
	assert.Equal(t, "F16", s.Model.Quantization)
	assert.NotEmpty(t, s.Model.ParameterSize)
	require.NotNil(t, s.Model.Context, "the model is loaded")
	assert.Equal(t, 512, *s.Model.Context)
	assert.Positive(t, *s.Model.SizeB)
	assert.NotNil(t, s.Model.VRAMB)
}

func TestRealServersShareAFolderAndRegisterOnce(t *testing.T) {
	b := startReal(t)
	for _, e := range b.Endpoints() {
		tags, err := ollama.New(e.URL).Tags(t.Context())
		require.NoError(t, err)
		assert.Len(t, tags, len(plan.Tiny), e.ID)
	}
	before, err := os.Stat(b.servers[0].models)
	require.NoError(t, err)
	require.NoError(t, synthetic.Register(t.Context(), b.Endpoints()[1].URL, plan.Tiny[0]))
	after, err := os.Stat(b.servers[0].models)
	require.NoError(t, err)
	assert.Equal(t, before.ModTime(), after.ModTime())
}

func TestRealSeparateFoldersShareNothing(t *testing.T) {
	cfg := realConfig(t)
	cfg.Separate = true
	b := start(t, cfg)
	require.NoError(t, synthetic.Register(t.Context(), b.Endpoints()[0].URL, plan.Tiny[0]))
	tags, err := ollama.New(b.Endpoints()[1].URL).Tags(t.Context())
	require.NoError(t, err)
	assert.Empty(t, tags)
}

func TestRealCloseLeavesNoRunner(t *testing.T) {
	b := startReal(t)
	_, err := b.waitLoaded(t.Context(), plan.Tiny[0], options(1), "5m")
	require.NoError(t, err)
	groups := groupsOf(t, b.Endpoints(), 3)
	began := time.Now()
	require.NoError(t, b.Close(t.Context()))
	t.Logf("closed in %v", time.Since(began))
	for _, g := range groups {
		assert.False(t, procgroup.Populated(g))
	}
}

func TestRealServerThatIsKilledIsReplacedWithItsRunner(t *testing.T) {
	b := startReal(t)
	model := plan.Tiny[2]
	_, err := b.waitLoaded(t.Context(), model, options(1), "5m")
	require.NoError(t, err)
	lost := b.Endpoints()[0]
	group := groupsOf(t, b.Endpoints(), 3)[0]
	require.NoError(t, syscall.Kill(lost.PID, syscall.SIGKILL))
	require.Eventually(t, func() bool { return !b.Alive("s1") }, 5*time.Second, 5*time.Millisecond)
	requireMembers(t, group, 2) // the guard, and the runner that lost its server

	require.NoError(t, b.Restart(t.Context(), "s1"))
	assert.False(t, procgroup.Populated(group))
	_, err = b.waitLoaded(t.Context(), model, options(1), "5m")
	require.NoError(t, err)
}

func TestRealServersAndRunnersDieWithTheProgramThatStartedThem(t *testing.T) {
	cfg := realConfig(t)
	registered := start(t, cfg)
	require.NoError(t, synthetic.Register(t.Context(), registered.Endpoints()[0].URL, plan.Tiny[0]))
	require.NoError(t, registered.Close(context.Background()))
	for _, c := range []struct {
		name, end string
		signal    syscall.Signal
	}{
		{"by os.Exit", "exit", 0},
		{"by a panic", "panic", 0},
		{"by Ctrl-C", "wait", syscall.SIGINT},
		{"by kill -9", "wait", syscall.SIGKILL},
	} {
		t.Run(c.name, func(t *testing.T) {
			leave(t, parentPlan{Config: cfg, Model: plan.Tiny[0], End: c.end}, 3, c.signal)
		})
	}
}

// TestRealTwoAgentsAtOnce says what two servers do together; it is a look at
// the machine, not a measurement.
func TestRealTwoAgentsAtOnce(t *testing.T) {
	b := startReal(t)
	for _, model := range plan.Tiny {
		_, err := b.waitLoaded(t.Context(), model, options(1), "5m")
		require.NoError(t, err)
		rates := make(chan float64, 2)
		for _, e := range b.Endpoints() {
			go func() {
				w, err := ollama.New(e.URL).Generate(t.Context(), model, "Nonce "+e.ID, options(96), "5m")
				assert.NoError(t, err)
				rates <- w.DecodeRate()
			}()
		}
		one, two := <-rates, <-rates
		assert.Positive(t, min(one, two))
		t.Logf("%s: %.0f and %.0f tok/s together", model, one, two)
	}
}
