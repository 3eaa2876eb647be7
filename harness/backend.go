package harness

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/chimeraforge/duet/harness/matrix"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/server"
	"github.com/chimeraforge/duet/harness/server/process"
	"github.com/chimeraforge/duet/harness/server/reuse"
	"github.com/chimeraforge/duet/harness/server/sim"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/harness/tinymodels"
)

// errContainerTag keeps the container library out of the simulator's build.
var errContainerTag = errors.New("containers need a build that knows them: make bench TAGS=ollama, or go test -tags ollama (or gpu)")

// serversFor names the servers that cells need: one for each agent, one for
// both, or all three.
func serversFor(cells []matrix.Cell) []string {
	var out []string
	if slices.ContainsFunc(cells, func(c matrix.Cell) bool { return c.Topology == "" }) {
		out = append(out, server.Two...)
	}
	if slices.ContainsFunc(cells, func(c matrix.Cell) bool { return c.Topology == metrics.TopologyOne }) {
		out = append(out, server.Both)
	}
	return out
}

// start brings the chosen servers up; logs of those we start go to the session's
// folder.
func (c choice) start(ctx context.Context, s settings.Settings, names []string, dir string) (server.Backend, error) {
	switch c.kind {
	case settings.Sim:
		scale := s.Timescale
		if scale == 0 {
			scale = preparing
		}
		return sim.Start(ctx, sim.Config{Models: s.Models, Timescale: scale, Seed: s.Seed})
	case settings.Reuse:
		return reuse.Start(ctx, reuse.Config{URLs: s.Endpoints, AllowSame: s.SameOK, One: slices.Equal(names, []string{server.Both})})
	}
	ports, err := portsFor(s.Endpoints, names)
	if err != nil {
		return nil, err
	}
	dir = filepath.Join(dir, "servers")
	switch c.kind {
	case settings.Process:
		return process.Start(ctx, process.Config{
			Binary: s.Ollama, Servers: names, Ports: ports, LogDir: dir, ModelsDir: modelsFor(s), Separate: s.Separate,
		})
	case settings.Container:
		return startContainers(ctx, s, names, ports, dir)
	}
	return nil, fmt.Errorf("servers: unknown kind %q", c.kind)
}

// modelsFor is the models folder of servers that we start, "" for the user's
// own. Synthetic models alone are kept out of that.
func modelsFor(s settings.Settings) string {
	if !matrix.AllSynthetic(s.Models) {
		return ""
	}
	return tinymodels.ModelsDir()
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
