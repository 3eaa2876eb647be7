package harness

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	_ "github.com/chimeraforge/duet/harness/backends"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/settings"
)

// auto is settings that leave the choice to duet.
func auto() settings.Settings {
	return settings.Settings{Servers: settings.Auto, GPUs: settings.Auto, Topology: []string{plan.TopologyTwo}}
}

// allows is what a kind says of settings.
func allows(t *testing.T, kind string, s settings.Settings) error {
	t.Helper()
	d, err := backend.Lookup(kind)
	require.NoError(t, err)
	return d.Allows(s.Backend())
}

func TestOneServerIsNotSimulatedAndServersThatRunAreOneOrTwo(t *testing.T) {
	both := auto()
	both.Topology = []string{plan.TopologyTwo, plan.TopologyOne}
	assert.ErrorContains(t, allows(t, settings.Sim, both), "only real servers")
	assert.ErrorContains(t, allows(t, settings.Reuse, both), "one or the other")
	assert.NoError(t, allows(t, settings.Process, both))
	one := auto()
	one.Topology = []string{plan.TopologyOne}
	assert.NoError(t, allows(t, settings.Reuse, one))
	assert.NoError(t, allows(t, settings.Sim, auto()))
}

func TestAFailureToStartSaysWhatToTryNext(t *testing.T) {
	for kind, want := range map[string]string{
		settings.Reuse: "-duet.servers=process", settings.Process: "-duet.servers=container",
	} {
		d, err := backend.Lookup(kind)
		require.NoError(t, err)
		assert.Contains(t, d.Next, want)
	}
	s := auto()
	s.Servers, s.Ollama = settings.Process, "/nonexistent/ollama"
	_, err := Open(t.Context(), record.SuiteMulti, withFolder(t, s), oneCell(t))
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
	cells, err := plan.Multi.Cells(plan.Plan{Models: []string{"duet-tiny-llama"}, Runtimes: []string{"go"}, Scenarios: []string{plan.ChimeraHomo}})
	require.NoError(t, err)
	return cells
}

func TestWhereAnOllamaIsFoundIsSaid(t *testing.T) {
	if backend.Tag() == "" {
		t.Setenv(process.EnvBinary, "")
		c, err := choose(t.Context(), auto(), oneCell(t))
		require.NoError(t, err)
		assert.Equal(t, settings.Sim, c.driver.Kind)
		assert.NotEmpty(t, c.why)
	}
}
