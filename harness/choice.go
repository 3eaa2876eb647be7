package harness

import (
	"context"
	"errors"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/session"
	"github.com/chimeraforge/duet/harness/settings"
)

// choice is the kind of servers, and why this one: the first lines of a session
// say both.
type choice struct {
	driver backend.Driver
	why    string
}

// choose resolves the setting "servers". In a build that knows no way to find real
// servers auto is the simulator. In others it is what a setting asks for, then
// what the build's finder finds on this machine.
func choose(ctx context.Context, s settings.Settings, cells []plan.Cell) (choice, error) {
	kind, why, err := asked(s)
	if err == nil && kind == "" {
		c := s.Backend()
		if c.Servers, err = session.Servers(cells); err == nil {
			kind, why, err = backend.Find()(ctx, c)
		}
	}
	if err != nil {
		return choice{}, err
	}
	return chosen(kind, why, s)
}

// check is what is wrong with the settings themselves, whatever this machine has.
func check(s settings.Settings) error {
	kind, why, err := asked(s)
	if err == nil && kind != "" {
		_, err = chosen(kind, why, s)
	}
	return err
}

// asked is the kind that settings ask for, "" when they leave it to the finder.
func asked(s settings.Settings) (kind, why string, err error) {
	switch {
	case s.Servers != settings.Auto:
		return s.Servers, "as asked with -duet.servers", nil
	case s.Contained():
		return settings.Container, "as asked with settings that only containers have", nil
	case backend.Find() == nil:
		d, err := backend.Simulator()
		return d.Kind, "the default without -tags ollama or -tags gpu", err
	case len(s.Endpoints) > 0:
		return settings.Reuse, "as asked with -duet.endpoints", nil
	case s.Ollama != "":
		return settings.Process, "as asked with -duet.ollama", nil
	}
	return "", "", nil
}

// chosen is a registered kind that allows the settings.
func chosen(kind, why string, s settings.Settings) (choice, error) {
	d, err := backend.Lookup(kind)
	if err == nil && d.Simulated && backend.Tag() == "gpu" {
		err = errors.New("-duet.servers=sim: a simulator is not on a GPU; allowed with -tags gpu: auto, reuse, process, container")
	}
	if err == nil {
		err = d.Allows(s.Backend())
	}
	return choice{d, why}, err
}
