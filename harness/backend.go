package harness

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/chimeraforge/duet/harness/matrix"
	"github.com/chimeraforge/duet/harness/server"
	"github.com/chimeraforge/duet/harness/server/process"
	"github.com/chimeraforge/duet/harness/server/reuse"
	"github.com/chimeraforge/duet/harness/server/sim"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/harness/tinymodels"
)

// choice is where the servers come from, and why: the first lines of a session
// say both.
type choice struct {
	kind string
	why  string
}

// choose resolves the setting "servers". Without a tag auto is the simulator.
// With one it is what is there already, then what can be started.
func choose(ctx context.Context, s settings.Settings) (choice, error) {
	switch {
	case s.Servers == settings.Sim && Tag == "gpu":
		return choice{}, errors.New("-duet.servers=sim: a simulator is not on a GPU; allowed with -tags gpu: auto, reuse, process")
	case s.Servers != settings.Auto:
		return choice{s.Servers, "as asked with -duet.servers"}, nil
	case Tag == "":
		return choice{settings.Sim, "the default without -tags ollama or -tags gpu"}, nil
	case len(s.Endpoints) > 0:
		return choice{settings.Reuse, "as asked with -duet.endpoints"}, nil
	case s.Ollama != "":
		return choice{settings.Process, "as asked with -duet.ollama"}, nil
	}
	if answer(ctx, reuse.Defaults) {
		return choice{settings.Reuse, "ports 11434 and 11435 answer"}, nil
	}
	if _, how, err := process.Find(); err == nil {
		return choice{settings.Process, "ports 11434 and 11435 do not both answer; " + how}, nil
	}
	return choice{}, errors.New("no Ollama: ports 11434 and 11435 do not both answer and there is no ollama binary on the PATH; " +
		"install Ollama from ollama.com, or start two servers, or run `make test` once, which builds one")
}

func answer(ctx context.Context, urls []string) bool {
	for _, u := range urls {
		if !reuse.Answers(ctx, u) {
			return false
		}
	}
	return true
}

// start brings the chosen servers up; logs of processes go to the session's
// folder.
func (c choice) start(ctx context.Context, s settings.Settings, dir string) (server.Backend, error) {
	switch c.kind {
	case settings.Sim:
		scale := s.Timescale
		if scale == 0 {
			scale = preparing
		}
		return sim.Start(ctx, sim.Config{Models: s.Models, Timescale: scale, Seed: s.Seed})
	case settings.Reuse:
		return reuse.Start(ctx, reuse.Config{URLs: s.Endpoints, AllowSame: s.SameOK})
	case settings.Process:
		return startProcess(ctx, s, dir)
	}
	return nil, fmt.Errorf("servers: unknown kind %q", c.kind)
}

func startProcess(ctx context.Context, s settings.Settings, dir string) (server.Backend, error) {
	cfg := process.Config{Binary: s.Ollama, LogDir: filepath.Join(dir, "servers"), Separate: s.Separate}
	if !slices.ContainsFunc(s.Models, func(m string) bool { return !matrix.IsSynthetic(m) }) {
		// Synthetic models alone: keep them out of the user's own collection.
		cfg.ModelsDir = filepath.Join(tinymodels.Folder(), "ollama")
	}
	if len(s.Endpoints) > 0 {
		ports, err := portsOf(s.Endpoints)
		if err != nil {
			return nil, err
		}
		cfg.Ports = ports
	}
	return process.Start(ctx, cfg)
}
