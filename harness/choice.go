package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/backend/ollama/reuse"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/settings"
)

// choice is where the servers come from, and why: the first lines of a session
// say both.
type choice struct {
	kind string
	why  string
}

// choose resolves the setting "servers". Without a tag auto is the simulator.
// With one it is what a setting asks for, then what is there already, then what
// can be started: the local binary before containers, which add an engine
// to what can go wrong.
func choose(ctx context.Context, s settings.Settings) (choice, error) {
	c, err := wished(s)
	if err == nil && c.kind == "" {
		c, err = found(ctx, s)
	}
	if err == nil {
		err = c.check(s)
	}
	return c, err
}

// refused is what is wrong with the settings themselves, whatever this machine
// has.
func refused(s settings.Settings) error {
	c, err := wished(s)
	if err != nil {
		return err
	}
	return c.check(s)
}

// wished is what the settings say, "" when they say nothing.
func wished(s settings.Settings) (choice, error) {
	switch {
	case s.Servers == settings.Sim && Tag == "gpu":
		return choice{}, errors.New("-duet.servers=sim: a simulator is not on a GPU; allowed with -tags gpu: auto, reuse, process, container")
	case Tag == "" && (s.Servers == settings.Container || s.Servers == settings.Auto && s.Contained()):
		return choice{}, errContainerTag
	case s.Servers != settings.Auto:
		return choice{s.Servers, "as asked with -duet.servers"}, nil
	case Tag == "":
		return choice{settings.Sim, "the default without -tags ollama or -tags gpu"}, nil
	case s.Contained():
		return choice{settings.Container, "as asked with settings that only containers have"}, nil
	case len(s.Endpoints) > 0:
		return choice{settings.Reuse, "as asked with -duet.endpoints"}, nil
	case s.Ollama != "":
		return choice{settings.Process, "as asked with -duet.ollama"}, nil
	}
	return choice{}, nil
}

// found is what this machine has.
func found(ctx context.Context, s settings.Settings) (choice, error) {
	if slices.Equal(s.Topology, []string{plan.TopologyOne}) && answer(ctx, reuse.Defaults[:1]) {
		return choice{settings.Reuse, "port 11434 answers"}, nil
	}
	const silent = "ports 11434 and 11435 do not both answer"
	if slices.Equal(s.Topology, []string{plan.TopologyTwo}) && answer(ctx, reuse.Defaults) {
		return choice{settings.Reuse, "ports 11434 and 11435 answer"}, nil
	}
	_, how, binary := process.Find()
	if binary == nil {
		return choice{settings.Process, silent + "; ollama found: " + how}, nil
	}
	how, engine := containersHere(ctx)
	if engine == nil {
		return choice{settings.Container, silent + "; there is no ollama program; " + how}, nil
	}
	return choice{}, fmt.Errorf("no Ollama: %s, there is no ollama program, and no containers (%w); "+
		"install Ollama from ollama.com, or start two servers, or run `make test` once, which builds one", silent, engine)
}

func answer(ctx context.Context, urls []string) bool {
	for _, u := range urls {
		if !reuse.Answers(ctx, u) {
			return false
		}
	}
	return true
}

// check refuses what the chosen servers cannot be.
func (c choice) check(s settings.Settings) error {
	one, two := slices.Contains(s.Topology, plan.TopologyOne), slices.Contains(s.Topology, plan.TopologyTwo)
	switch {
	case c.kind == settings.Sim && one:
		return errors.New("-duet.topology=one: only real servers have that (make bench TAGS=ollama); " +
			"how two requests share one server is what there is to measure, so the simulator does not make it up")
	case c.kind == settings.Reuse && one && two:
		return errors.New("-duet.topology=two,one: servers that run already are one or the other; " +
			"choose one, or let duet start them (-duet.servers=process)")
	}
	return nil
}

// next is what to try when the chosen servers do not start; containers say it
// themselves.
func (c choice) next() string {
	switch c.kind {
	case settings.Reuse:
		return "; start them, or let duet start its own (-duet.servers=process, or container)"
	case settings.Process:
		return "\nname another program (-duet.ollama=PATH), or try containers (-duet.servers=container)"
	}
	return ""
}
