//go:build (ollama || gpu) && unix

package container

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// realEngine is this machine's, with an image. Where CI has none it has failed;
// elsewhere a machine without an engine cannot test this.
func realEngine(t *testing.T) *Engine {
	t.Helper()
	e, err := Connect(t.Context())
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	id, err := e.find(t.Context(), Built)
	require.NoError(t, err)
	require.NotEmpty(t, id, "no image %s: make image", Built)
	return e
}

func realConfig(t *testing.T) Config {
	t.Helper()
	return Config{Image: Built, ModelsDir: t.TempDir(), LogDir: t.TempDir(), Ports: []int{0, 0}}
}

// start starts servers on the real engine and, at the end, sees them gone.
func start(t *testing.T, e *Engine, cfg Config) *Backend {
	t.Helper()
	b, err := Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, b.Close(context.Background()))
		left, err := e.labelled(context.Background(), labelSession+"="+b.session)
		assert.NoError(t, err)
		assert.Empty(t, left)
	})
	return b
}

func options(predict int) record.Options {
	return record.Options{
		NumGPU: 80, NumCtx: 512, Temperature: 1, TopP: 0.9, TopK: 40,
		RepeatPenalty: 1.1, NumPredict: predict, NumThread: 1, Seed: 116,
	}
}

// filled brings the synthetic models to servers that only read them.
func filled(t *testing.T, b *Backend) {
	t.Helper()
	require.NoError(t, b.Fill(t.Context(), func(ep backend.Endpoint) error {
		for _, m := range plan.Tiny {
			if err := synthetic.Register(t.Context(), ep.URL, m); err != nil {
				return err
			}
		}
		return nil
	}))
}

func inspect(t *testing.T, e *Engine, id string) container.InspectResponse {
	t.Helper()
	res, err := e.client.ContainerInspect(t.Context(), id, client.ContainerInspectOptions{})
	require.NoError(t, err)
	return res.Container
}

func TestTwoContainersServeEveryTinyModelFromOneFolderTheyCannotWrite(t *testing.T) {
	e := realEngine(t)
	cfg := realConfig(t)
	cfg.CPUs, cfg.MemoryB = 1, 512<<20
	b := start(t, e, cfg)
	filled(t, b)
	for _, ep := range b.Endpoints() {
		for _, m := range plan.Tiny {
			w, err := ollama.New(ep.URL).Generate(t.Context(), m, "Nonce 7. Say something.", options(8), "5m")
			require.NoError(t, err, "%s on %s", m, ep.ID)
			assert.NotEmpty(t, w.Reply)
		}
		assert.Error(t, synthetic.RegisterWith(t.Context(), ep.URL, plan.Tiny[0], map[string]any{"num_thread": 1}),
			"%s wrote into what both read", ep.ID)
		assert.Equal(t, &record.Container{
			ID: ep.Container.ID, Image: Built, ImageID: b.image.ID, GPUs: GPUsNone, CPUs: 1, MemoryB: 512 << 20,
		}, ep.Container)
		c := inspect(t, e, ep.Container.ID)
		assert.Equal(t, int64(1e9), c.HostConfig.NanoCPUs, "the engine knows the limit")
		assert.Equal(t, int64(512<<20), c.HostConfig.Memory)
		for _, bindings := range c.NetworkSettings.Ports {
			for _, p := range bindings {
				assert.Equal(t, "127.0.0.1", p.HostIP.String())
			}
		}
		log, err := os.ReadFile(ep.Log)
		require.NoError(t, err)
		assert.Contains(t, string(log), "Listening on", "the log arrives while the server runs")
	}
	entries, err := os.ReadDir(filepath.Dir(b.servers[0].log))
	require.NoError(t, err)
	assert.Len(t, entries, 3, "collector, insight and the one that filled the folder")
}

func TestServersWithFoldersOfTheirOwnFillThemThemselves(t *testing.T) {
	e := realEngine(t)
	cfg := realConfig(t)
	cfg.Separate = true
	b := start(t, e, cfg)
	for _, ep := range b.Endpoints() {
		require.NoError(t, synthetic.Register(t.Context(), ep.URL, plan.Tiny[0]))
		assert.DirExists(t, filepath.Join(cfg.ModelsDir, ep.ID, "blobs"))
		has, err := synthetic.Registered(t.Context(), ep.URL, plan.Tiny[0])
		require.NoError(t, err)
		assert.True(t, has)
	}
}

func TestOneContainerServesTwoRequestsAtOnce(t *testing.T) {
	e := realEngine(t)
	cfg := realConfig(t)
	cfg.Servers, cfg.Ports = []backend.Server{{Name: "all", Slots: 2}}, []int{0}
	b := start(t, e, cfg)
	require.Len(t, b.Endpoints(), 1)
	assert.True(t, slices.Contains(inspect(t, e, b.Endpoints()[0].Container.ID).Config.Env, "OLLAMA_NUM_PARALLEL=2"))
}

func TestAKilledContainerIsNoticedAndStartedAgainOnItsPort(t *testing.T) {
	e := realEngine(t)
	b := start(t, e, realConfig(t))
	filled(t, b)
	before := b.Endpoints()[1]
	assert.True(t, b.Alive(before.ID))
	_, err := e.client.ContainerKill(t.Context(), before.Container.ID, client.ContainerKillOptions{Signal: "KILL"})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return !b.Alive(before.ID) }, 10*time.Second, 10*time.Millisecond)
	assert.True(t, b.Alive("s1"), "the other one goes on")
	require.NoError(t, b.Restart(t.Context(), before.ID))
	after := b.Endpoints()[1]
	assert.Equal(t, before.URL, after.URL)
	assert.NotEqual(t, before.Container.ID, after.Container.ID)
	_, err = ollama.New(after.URL).Generate(t.Context(), plan.Tiny[0], "Again.", options(4), "5m")
	assert.NoError(t, err)
	log, err := os.ReadFile(after.Log)
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(log), "Listening on"), "one log for both lives")
}

func TestAKeptPairIsUsedAgainAndByOneSessionAtATime(t *testing.T) {
	e := realEngine(t)
	cfg := realConfig(t)
	cfg.Keep = true
	first := start(t, e, cfg)
	kept := labelKept + "=" + first.pair()
	t.Cleanup(func() { assert.NoError(t, e.removeAll(context.Background(), kept)) })
	filled(t, first)
	_, err := Start(t.Context(), cfg)
	require.ErrorContains(t, err, "measured by another session")
	ends := first.Endpoints()
	require.NoError(t, first.Close(t.Context()))

	second := start(t, e, cfg)
	for i, ep := range second.Endpoints() {
		assert.Equal(t, ends[i].Container.ID, ep.Container.ID)
		assert.Equal(t, ends[i].URL, ep.URL)
	}
	require.NoError(t, e.remove(t.Context(), ends[0].Container.ID))
	require.NoError(t, second.Close(t.Context()))
	third := start(t, e, cfg)
	assert.NotEqual(t, ends[0].Container.ID, third.Endpoints()[0].Container.ID, "what is gone is started anew")
	assert.Equal(t, ends[1].Container.ID, third.Endpoints()[1].Container.ID)
}
