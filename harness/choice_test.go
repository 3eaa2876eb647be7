package harness

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/settings"
)

// auto is settings that leave the choice to duet.
func auto() settings.Settings {
	return settings.Settings{Servers: settings.Auto, GPUs: settings.Auto, Topology: []string{plan.TopologyTwo}}
}

func TestOneServerIsNotSimulatedAndServersThatRunAreOneOrTwo(t *testing.T) {
	both := auto()
	both.Topology = []string{plan.TopologyTwo, plan.TopologyOne}
	assert.ErrorContains(t, choice{kind: settings.Sim}.check(both), "only real servers")
	assert.ErrorContains(t, choice{kind: settings.Reuse}.check(both), "one or the other")
	assert.NoError(t, choice{kind: settings.Process}.check(both))
	assert.NoError(t, choice{kind: settings.Container}.check(both))
	one := auto()
	one.Topology = []string{plan.TopologyOne}
	assert.NoError(t, choice{kind: settings.Reuse}.check(one))
	assert.NoError(t, choice{kind: settings.Sim}.check(auto()))
}

func TestAFailureToStartSaysWhatToTryNext(t *testing.T) {
	for kind, want := range map[string]string{
		settings.Reuse: "-duet.servers=process", settings.Process: "-duet.servers=container",
	} {
		assert.Contains(t, choice{kind: kind}.next(), want)
	}
	s := auto()
	s.Servers, s.Ollama = settings.Process, "/nonexistent/ollama"
	_, err := open(t.Context(), record.SuiteMulti, withFolder(t, s), oneCell(t), nil)
	require.Error(t, err)
	assert.ErrorContains(t, err, "-duet.ollama=PATH")
	assert.ErrorContains(t, err, "-duet.servers=container")
}

func withFolder(t *testing.T, s settings.Settings) settings.Settings {
	t.Helper()
	s.Results, s.Models, s.Runtimes = t.TempDir(), []string{"duet-tiny-llama"}, []string{"go"}
	s.Scenarios, s.Rounds, s.Budget, s.Progress = []string{plan.ChimeraHomo}, 1, 8, settings.ProgressLog
	return s
}

func oneCell(t *testing.T) []plan.Cell {
	t.Helper()
	cells, err := plan.MultiCells(plan.Plan{Models: []string{"duet-tiny-llama"}, Runtimes: []string{"go"}, Scenarios: []string{plan.ChimeraHomo}})
	require.NoError(t, err)
	return cells
}

func TestCellsSayWhichServersThereMustBe(t *testing.T) {
	two, one := plan.Cell{}, plan.Cell{Topology: record.TopologyOne}
	assert.Equal(t, backend.Two, serversFor([]plan.Cell{two}))
	assert.Equal(t, []string{backend.Both}, serversFor([]plan.Cell{one}))
	all := []string{backend.Collector, backend.Insight, backend.Both}
	assert.Equal(t, all, serversFor([]plan.Cell{one, two}))
	assert.Equal(t, backend.Insight, serverOf(two, backend.Insight))
	assert.Equal(t, backend.Both, serverOf(one, backend.Insight))

	ports, err := portsFor([]string{"http://127.0.0.1:5001", "http://127.0.0.1:5005"}, all)
	require.NoError(t, err)
	assert.Equal(t, []int{5001, 5005, 5006}, ports)
	ports, err = portsFor(nil, all)
	require.NoError(t, err)
	assert.Nil(t, ports, "nobody says")
	_, err = portsFor([]string{"http://localhost", "http://localhost"}, all)
	assert.ErrorContains(t, err, "no port")
}

func TestThreadsAreSaidOnceWhereTheyAreTheSame(t *testing.T) {
	assert.Empty(t, speed{threads: map[string]int{"collector": 0, "insight": 0}}.saidThreads())
	assert.Equal(t, "1", speed{threads: map[string]int{"collector": 1, "insight": 1}}.saidThreads())
	assert.Equal(t, "2 (both), 1 (collector)", speed{threads: map[string]int{"both": 2, "collector": 1}}.saidThreads())
}

func TestTheFirstLinesSayWhatAContainerWasGiven(t *testing.T) {
	assert.Empty(t, contained(nil))
	c := &record.Container{ID: "0123456789abcdef", Image: "i:1", ImageID: "sha256:0123456789abcdef", GPUs: "shared"}
	assert.Equal(t, ", container 0123456789ab of i:1 (sha256:0123456789ab), GPUs: shared", contained(c))
	c.CPUs, c.MemoryB = 1.5, 6<<30
	assert.Contains(t, contained(c), "at most 1.5 processors, at most 6GiB")
}

func TestWhereAnOllamaIsFoundIsSaid(t *testing.T) {
	if Tag == "" {
		t.Setenv(process.EnvBinary, "")
		c, err := choose(t.Context(), auto())
		require.NoError(t, err)
		assert.Equal(t, settings.Sim, c.kind)
		assert.NotEmpty(t, c.why)
	}
}
