// Package harness is what a suite stands on: a question of the matrix as go test
// functions, and the flags to put it with.
//
//	var suite = harness.New(plan.Multi)
//
//	func TestMain(m *testing.M)       { suite.Main(m) }
//	func BenchmarkMulti(b *testing.B) { suite.Bench(b) }
//	func TestGate(t *testing.T)       { suite.Gate(t) }
//
// Suite.Main opens a session (package session) and loops rounds around m.Run, so
// that the repetitions of a cell are spread over the whole session and drift hits
// all cells alike. Which servers there are to choose from is what the program
// imports: package backends for the usual ones.
package harness

import (
	"context"
	"errors"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/session"
	"github.com/chimeraforge/duet/harness/settings"
)

// Open starts a session for cells of one suite, on servers that settings choose. Those
// of other shards are kept in its file and not measured.
func Open(ctx context.Context, suite string, s settings.Settings, cells []plan.Cell) (*session.Session, error) {
	return open(ctx, suite, s, cells, s.Shard.Own(cells), nil)
}

// open is Open for a session that will be judged, by a gate that may find that its
// baseline is of something else, of some of a matrix's cells.
func open(ctx context.Context, suite string, s settings.Settings, matrix, cells []plan.Cell, j *judge) (*session.Session, error) {
	c, err := choose(ctx, s, cells)
	if err != nil {
		return nil, err
	}
	return session.Open(ctx, session.Config{
		Suite: suite, Settings: s, Cells: cells, Matrix: matrix, Driver: c.driver, Why: c.why, Check: j.suits,
	})
}

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
