//go:build ollama || gpu

package session

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama/container"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	_ "github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/settings"
)

// really are settings of a session on real servers of one tiny model.
func really(t *testing.T, servers string) settings.Settings {
	t.Helper()
	s := small(t)
	s.Servers, s.Models, s.Budget, s.Rounds = servers, plan.Tiny[:1], 8, 1
	s.GPUs, s.Telemetry, s.Timeout = settings.Auto, "none", time.Minute
	return s
}

// measured makes one run of every cell of an experiment.
func measured(t *testing.T, e plan.Experiment, s settings.Settings) {
	t.Helper()
	cells, err := e.Cells(s.Matrix())
	require.NoError(t, err)
	x, err := open(t, e.Name, s, cells, nil)
	require.NoError(t, err)
	defer func() { assert.NoError(t, x.Close()) }()
	for _, c := range cells {
		n := len(c.Roles)
		r, err := x.Run(t.Context(), c, 1)
		require.NoError(t, err)
		require.True(t, r.OK(), r.Error)
		require.Len(t, r.Passes, n+1)
		assert.Len(t, r.Passes[n].Agents, n)
		assert.Positive(t, *r.Derived.Get("speedup_measured"))
		assert.InEpsilon(t, *r.Derived.Get("speedup_measured")*100/float64(n), *r.Derived.Get("efficiency_measured"), 1e-9)
		urls := map[string]bool{}
		for _, a := range r.Agents {
			urls[a.Endpoint] = true
		}
		servers, err := Servers([]plan.Cell{c})
		require.NoError(t, err)
		assert.Len(t, urls, len(servers), "%d agents, topology %q", n, c.Topology())
		t.Logf("%s, %d agents on %d servers: speedup %.2f, Jain %.3f", s.Servers, n, len(servers), *r.Derived.Get("speedup_measured"), *r.Derived.Get("jain"))
	}
}

// placed3 puts three agents onto a server each, one, and two.
func placed3() plan.Experiment {
	e := crowd(3)
	e.Placements = []string{"", plan.TopologyOne, "2"}
	return e
}

func TestThreeAgentsOnProcessesOfEveryPlacement(t *testing.T) {
	measured(t, placed3(), really(t, settings.Process))
}

func TestFiveAgentsOnServersThatRun(t *testing.T) {
	golden.Long(t, "five servers on a few cores; TestThreeAgentsOnProcessesOfEveryPlacement has three")
	s := really(t, settings.Reuse)
	ports, err := process.FreePorts(5)
	require.NoError(t, err)
	b, err := process.Start(t.Context(), process.Config{Servers: backend.Each(5), Ports: ports, ModelsDir: s.ModelsDir()})
	require.NoError(t, err)
	defer func() { assert.NoError(t, b.Close(context.WithoutCancel(t.Context()))) }()
	for _, ep := range b.Endpoints() {
		s.Endpoints = append(s.Endpoints, ep.URL)
	}
	measured(t, crowd(5), s)
}

func TestThreeAgentsInContainers(t *testing.T) {
	golden.Long(t, "four containers that start; TestThreeAgentsOnProcessesOfEveryPlacement measures the same")
	e := crowd(3)
	e.Placements = []string{"", plan.TopologyOne}
	s := really(t, settings.Container)
	s.Image = container.Built // needs no registry
	measured(t, e, s)
}
