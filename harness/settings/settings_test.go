package settings

import (
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// with loads settings from a command line and an environment.
func with(t *testing.T, env map[string]string, args ...string) (Settings, error) {
	t.Helper()
	set := flag.NewFlagSet("test", flag.ContinueOnError)
	f := Register(set)
	require.NoError(t, set.Parse(args))
	return f.Load(func(k string) (string, bool) { v, ok := env[k]; return v, ok })
}

func TestDefaults(t *testing.T) {
	s, err := with(t, nil)
	require.NoError(t, err)
	assert.Equal(t, Settings{
		Models: plan.Study, Runtimes: []string{"go"},
		Scenarios: []string{"baseline-vs-chimera", "chimera-homo", "chimera-hetero"},
		Rounds:    6, Rerun: true, Budget: 128, Ctx: 512, Seed: 116, Results: "results", Servers: Auto,
		Topology: []string{"two"}, GPUs: Auto,
		Timeout: 2 * time.Minute, Chunks: true, Progress: ProgressAuto, Telemetry: "auto",
	}, s)
}

func TestAFlagWinsOverAVariableOverADefault(t *testing.T) {
	env := map[string]string{"DUET_ROUNDS": "3", "DUET_BUDGET": "64", "DUET_SEED": ""}
	s, err := with(t, env, "-duet.rounds=9")
	require.NoError(t, err)
	assert.Equal(t, 9, s.Rounds)
	assert.Equal(t, 64, s.Budget)
	assert.Equal(t, uint64(116), s.Seed, "an empty variable is not set")
}

func TestEverySettingHasAFlagAndAVariable(t *testing.T) {
	set := flag.NewFlagSet("test", flag.ContinueOnError)
	Register(set)
	for _, f := range Fields {
		require.NotNil(t, set.Lookup(f.Flag()), f.Name)
		assert.Contains(t, Table(), "| `-duet."+f.Name+"` | `"+f.Env()+"` |")
	}
}

func TestWhatIsWrongIsSaidInOneLine(t *testing.T) {
	for arg, want := range map[string]string{
		"rounds=0":                  "whole number from 1",
		"rounds=six":                "whole number from 1",
		"only-round=-1":             "whole number from 0",
		"only-round=7":              "the session has 6 rounds",
		"budget=-1":                 "whole number from 1",
		"models=":                   "allowed: study, tiny",
		"models=a,,b":               "allowed: study, tiny",
		"runtimes=perl":             "allowed: go",
		"scenarios=nope":            "allowed: baseline-vs-chimera",
		"seed=-1":                   "from 0",
		"session=../x":              "letters, digits",
		"session=.hidden":           "letters, digits",
		"results=":                  "folder",
		"servers=cloud":             "auto, sim, reuse, process, container",
		"topology=":                 "none given; allowed: two, one",
		"topology=three":            `unknown "three"; allowed: two, one`,
		"topology=one,one":          "given twice",
		"image=-rm":                 "such as ollama/ollama",
		"image=a b":                 "such as ollama/ollama",
		"gpus=all":                  "auto, none, shared, separate",
		"cpus=-1":                   "0 or a number",
		"cpus=NaN":                  "0 or a number",
		"memory=lots":               "such as 512m or 6g",
		"memory=1m":                 "from 64m",
		"memory=-1g":                "from 64m",
		"keep=maybe":                "true or false",
		"endpoints=https://a,b":     "https is not supported",
		"timeout=fast":              "duration",
		"timeout=0s":                "duration",
		"timescale=0.001":           "0 or a number",
		"timescale=NaN":             "0 or a number",
		"timescale=+Inf":            "0 or a number",
		"chunks=maybe":              "true or false",
		"progress=loud":             "auto or log",
		"threads=-1":                "whole number from 0",
		"ctx=1":                     "whole number from 128",
		"telemetry=amd":             "auto, nvml, nvidia-smi, rapl, none",
		"kwh-price=0.30":            "an amount and a currency",
		"kwh-price=-1EUR":           "an amount and a currency",
		"kwh-price=0EUR":            "above 0",
		"gpu-hour-price=EUR":        "an amount and a currency",
		"seed=99999999999999999999": "from 0",
	} {
		name, _, _ := strings.Cut(arg, "=")
		_, err := with(t, nil, "-duet."+arg)
		require.ErrorContains(t, err, want, arg)
		assert.NotContains(t, err.Error(), "\n")
		assert.True(t, strings.HasPrefix(err.Error(), "-duet."+name+"="), err.Error())
	}
	_, err := with(t, map[string]string{"DUET_ROUNDS": "0"})
	assert.ErrorContains(t, err, "DUET_ROUNDS=0: ", "the source is named")
	_, err = with(t, nil, "-duet.kwh-price=1EUR", "-duet.gpu-hour-price=1USD")
	assert.ErrorContains(t, err, "one currency")
	_, err = with(t, nil, "-duet.only-round=1", "-duet.gate=default")
	assert.ErrorContains(t, err, "a gate judges whole sessions")
	_, err = with(t, nil, "-duet.servers=sim", "-duet.endpoints=127.0.0.1:1,127.0.0.1:2")
	assert.ErrorContains(t, err, "simulator")
}

func TestWhatOnlyContainersHaveIsRefusedForOtherServers(t *testing.T) {
	for _, arg := range []string{"image=x", "gpus=shared", "cpus=2", "memory=6g", "keep=true"} {
		name, _, _ := strings.Cut(arg, "=")
		_, err := with(t, nil, "-duet.servers=process", "-duet."+arg)
		assert.ErrorContains(t, err, "-duet."+name+": only containers have that", arg)
		s, err := with(t, nil, "-duet.servers=container", "-duet."+arg)
		assert.NoError(t, err, arg)
		assert.True(t, s.Contained())
		_, err = with(t, nil, "-duet."+arg)
		assert.NoError(t, err, "whoever leaves the choice to duet gets containers: %s", arg)
	}
	s, err := with(t, nil, "-duet.memory=1.5g", "-duet.cpus=0.5")
	require.NoError(t, err)
	assert.Equal(t, int64(3<<29), s.MemoryB)
	assert.Equal(t, 0.5, s.CPUs)
}

func TestTwoAddressesOfOneServerAreOneServer(t *testing.T) {
	s, err := with(t, nil, "-duet.same=true", "-duet.endpoints=127.0.0.1:1,127.0.0.1:1")
	require.NoError(t, err)
	assert.Equal(t, []string{"one"}, s.Topology, "and so it is recorded")
	s, err = with(t, nil, "-duet.endpoints=127.0.0.1:1")
	require.NoError(t, err)
	assert.Equal(t, []string{"http://127.0.0.1:1"}, s.Endpoints, "one server needs one address")
	s, err = with(t, nil, "-duet.same=true", "-duet.endpoints=127.0.0.1:1,127.0.0.2:1,[::1]:1")
	require.NoError(t, err)
	assert.Equal(t, []string{"two"}, s.Topology)
}

func TestPricesAreWhatTheUserGaveOrNothing(t *testing.T) {
	s, err := with(t, nil)
	require.NoError(t, err)
	assert.Nil(t, s.Prices(), "never a default")
	s, err = with(t, map[string]string{"DUET_GPU_HOUR_PRICE": "2.49 usd"}, "-duet.kwh-price=.3USD")
	require.NoError(t, err)
	assert.Equal(t, &record.Prices{Currency: "USD", KWh: new(0.3), GPUHour: new(2.49)}, s.Prices())
}

// TestWithoutATagServersAreSimulated: an address alone makes no server real.
func TestWithoutATagServersAreSimulated(t *testing.T) {
	for _, test := range []struct {
		servers, tag string
		endpoints    []string
		want         bool
	}{
		{Auto, "", nil, true},
		{Auto, "", []string{"http://127.0.0.1:1", "http://127.0.0.1:2"}, true},
		{Auto, "ollama", nil, false},
		{Sim, "ollama", nil, true},
		{Reuse, "", nil, false},
		{Process, "gpu", nil, false},
	} {
		assert.Equal(t, test.want, Settings{Servers: test.servers, Endpoints: test.endpoints}.Simulated(test.tag), "%+v", test)
	}
}
