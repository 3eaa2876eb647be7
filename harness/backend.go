package harness

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/backend/ollama/reuse"
	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/settings"
)

// errContainerTag keeps the container library out of the simulator's build.
var errContainerTag = errors.New("containers need a build that knows them: make bench TAGS=ollama, or go test -tags ollama (or gpu)")

// serversFor names the servers that cells need: one for each agent, one for
// both, or all three.
func serversFor(cells []plan.Cell) []string {
	var out []string
	if slices.ContainsFunc(cells, func(c plan.Cell) bool { return c.Topology == "" }) {
		out = append(out, backend.Two...)
	}
	if slices.ContainsFunc(cells, func(c plan.Cell) bool { return c.Topology == record.TopologyOne }) {
		out = append(out, backend.Both)
	}
	return out
}

// start brings the chosen servers up; logs of those we start go to the session's
// folder.
func (c choice) start(ctx context.Context, s settings.Settings, names []string, dir string) (backend.Backend, error) {
	switch c.kind {
	case settings.Sim:
		scale := s.Timescale
		if scale == 0 {
			scale = preparing
		}
		return sim.Start(ctx, sim.Config{Models: s.Models, Timescale: scale, Seed: s.Seed})
	case settings.Reuse:
		return reuse.Start(ctx, reuse.Config{URLs: s.Endpoints, AllowSame: s.SameOK, One: slices.Equal(names, []string{backend.Both})})
	}
	ports, err := portsFor(s.Endpoints, names)
	if err != nil {
		return nil, err
	}
	dir = filepath.Join(dir, "servers")
	switch c.kind {
	case settings.Process:
		return process.Start(ctx, process.Config{
			Binary: s.Ollama, Servers: names, Ports: ports, LogDir: dir, ModelsDir: s.ModelsDir(), Separate: s.Separate,
		})
	case settings.Container:
		return startContainers(ctx, s, names, ports, dir)
	}
	return nil, fmt.Errorf("servers: unknown kind %q", c.kind)
}

// portsFor are the ports on which servers are to be started, nil when nobody
// says. One that serves both agents beside two others gets the port after the
// second.
func portsFor(endpoints, names []string) ([]int, error) {
	ports, err := portsOf(endpoints)
	if err != nil || len(ports) == 0 {
		return nil, err
	}
	if len(names) > len(ports) {
		ports = append(ports, ports[len(ports)-1]+1)
	}
	return ports[:len(names)], nil
}
