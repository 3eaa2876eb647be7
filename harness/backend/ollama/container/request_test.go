package container

import (
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/api/types/network"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
)

// planned is a backend as it is before anything is started.
// all is a server for two agents.
var all = backend.Server{Name: "all", Slots: 2}

func planned(t *testing.T, cfg Config) *Backend {
	t.Helper()
	cfg.ModelsDir, cfg.LogDir = t.TempDir(), t.TempDir()
	cfg, err := cfg.withDefaults()
	require.NoError(t, err)
	b := &Backend{cfg: cfg, engine: &Engine{ids: "1000:1000"}, session: "s", image: Image{Ref: "i:1", ID: "sha256:1"}}
	require.NoError(t, b.plan())
	return b
}

func hostOf(s *instance) *container.HostConfig {
	h := &container.HostConfig{}
	s.host(h)
	return h
}

// There is no GPU where the tests run, so what the engine is asked for is tested.
func TestEachServerAsksForItsGPUs(t *testing.T) {
	for _, test := range []struct {
		name string
		gpus string
		want map[string][]string
	}{
		{"none", GPUsNone, map[string][]string{"s1": nil, "s2": nil, "all": nil}},
		{"both on one, as in the study", GPUsShared, map[string][]string{"s1": {"0"}, "s2": {"0"}, "all": {"0"}}},
		{"one each", GPUsSeparate, map[string][]string{"s1": {"0"}, "s2": {"1"}, "all": {"0", "1"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := planned(t, Config{GPUs: test.gpus, Servers: append(backend.Each(2), all)})
			for id, want := range test.want {
				got := hostOf(b.find(id)).DeviceRequests
				if want == nil {
					assert.Empty(t, got, id)
					continue
				}
				assert.Equal(t, []container.DeviceRequest{{DeviceIDs: want, Capabilities: [][]string{{"gpu"}}}}, got, id)
			}
		})
	}
}

func TestAPortIsPublishedOnLoopbackOnly(t *testing.T) {
	b := planned(t, Config{Ports: []int{4001, 4002}})
	got := hostOf(b.find("s2")).PortBindings[network.MustParsePort(insidePort)]
	require.Len(t, got, 1)
	assert.Equal(t, "127.0.0.1", got[0].HostIP.String())
	assert.Equal(t, "4002", got[0].HostPort)
}

func TestAnEngineOfThisMachineGivesItsLoopbackItself(t *testing.T) {
	b := planned(t, Config{Ports: []int{4001, 4002}})
	b.engine.host = true
	s := b.find("s2")
	h := hostOf(s)
	assert.True(t, h.NetworkMode.IsHost())
	assert.Empty(t, h.PortBindings)
	assert.Empty(t, s.request().ExposedPorts)
	assert.Equal(t, "127.0.0.1:4002", s.environment()["OLLAMA_HOST"], "on loopback only")
	assert.Equal(t, "4002", s.labels()[labelPort])
	assert.False(t, s.endpoint().Container.Proxied)

	b.engine.host = false
	assert.Equal(t, "0.0.0.0:11434", s.environment()["OLLAMA_HOST"])
	assert.Equal(t, []string{insidePort}, s.request().ExposedPorts)
	assert.True(t, s.endpoint().Container.Proxied)
}

func TestASharedFolderIsReadOnlyAndOneOfItsOwnIsNot(t *testing.T) {
	for _, separate := range []bool{false, true} {
		b := planned(t, Config{Separate: separate})
		sources := map[string]bool{}
		for _, s := range b.servers {
			m := hostOf(s).Mounts
			require.Len(t, m, 1)
			assert.Equal(t, mount.TypeBind, m[0].Type)
			assert.Equal(t, insideModels, m[0].Target)
			assert.Equal(t, !separate, m[0].ReadOnly)
			sources[m[0].Source] = true
		}
		assert.Equal(t, separate, len(sources) == 2)
		assert.Equal(t, !separate, b.Shared())
	}
}

func TestLimitsAreTheEngines(t *testing.T) {
	h := hostOf(planned(t, Config{CPUs: 1.5, MemoryB: 1 << 30}).servers[0])
	assert.Equal(t, int64(1_500_000_000), h.NanoCPUs)
	assert.Equal(t, int64(1<<30), h.Memory)
	assert.Equal(t, int64(1<<30), h.MemorySwap, "no swap beyond it")
	h = hostOf(planned(t, Config{CPUs: 1.5, MemoryB: 1 << 30, Servers: []backend.Server{all}}).servers[0])
	assert.Equal(t, int64(3_000_000_000), h.NanoCPUs, "who serves both agents gets what they have")
	assert.Equal(t, int64(2<<30), h.Memory)
	h = hostOf(planned(t, Config{}).servers[0])
	assert.Zero(t, h.NanoCPUs)
	assert.Zero(t, h.Memory)
}

func TestARequestSaysWhoseItIs(t *testing.T) {
	r := planned(t, Config{}).find("s1").request()
	assert.Equal(t, "i:1", r.Image)
	assert.Equal(t, "duet-s-s1", r.Name)
	assert.Equal(t, map[string]string{
		labelSession: "s", labelServer: "s1", labelOwner: owner(), labelPlace: place(),
	}, r.Labels)
	assert.False(t, r.Reuse)
	c := &container.Config{}
	r.ConfigModifier(c)
	assert.Equal(t, "1000:1000", c.User)
}

func TestAKeptServerBelongsToItsConfigurationAndNotToASession(t *testing.T) {
	name := func(cfg Config, change func(*Backend)) string {
		cfg.Keep = true
		b := planned(t, cfg)
		b.cfg.ModelsDir = "/models"
		if change != nil {
			change(b)
		}
		r := b.servers[0].request()
		assert.True(t, r.Reuse)
		assert.NotContains(t, r.Labels, labelSession)
		return r.Name
	}
	usual := name(Config{}, nil)
	assert.Equal(t, usual, name(Config{}, func(b *Backend) { b.session = "another" }))
	for what, other := range map[string]string{
		"limits": name(Config{CPUs: 2}, nil), "GPUs": name(Config{GPUs: GPUsShared}, nil),
		"folders": name(Config{Separate: true}, nil),
		"image":   name(Config{}, func(b *Backend) { b.image.ID = "sha256:2" }),
	} {
		assert.NotEqual(t, usual, other, what)
	}
}

func TestOneServerForBothAgentsServesTwoRequestsAtOnce(t *testing.T) {
	b := planned(t, Config{Servers: []backend.Server{all}})
	require.Len(t, b.Endpoints(), 1)
	assert.Equal(t, "2", b.servers[0].environment()["OLLAMA_NUM_PARALLEL"])
	assert.Equal(t, 2, b.Endpoints()[0].Parallel)
	assert.Equal(t, "1", planned(t, Config{}).servers[0].environment()["OLLAMA_NUM_PARALLEL"])
}

func TestPortsMustBeOnePerServer(t *testing.T) {
	_, err := Config{Ports: []int{1}}.withDefaults()
	assert.EqualError(t, err, "1 ports given for 2 servers")
}
