// Package harness is what the suites stand on: it opens a session (servers up,
// models there, pre-flight done, folder locked), makes runs in it and closes it.
//
// # The way of a number
//
//  1. Suite.Main, called by a suite's TestMain, opens a Session and loops rounds
//     around m.Run, so that the repetitions of a cell are spread over the whole
//     session and drift hits all cells alike.
//  2. Session.Run makes one run of one cell: warm-up, each agent alone, both
//     from one starting gun.
//  3. Package analysis derives the quantities, package record writes the run to
//     disk, and only then is its benchmark line printed.
//
// The build tag chooses the servers (Tag); everything else is settings.
package harness

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chimeraforge/duet"
	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/harness/workload"
	"github.com/chimeraforge/duet/internal/progress"
	"github.com/chimeraforge/duet/internal/virtual"
)

// Session is one sitting of measuring: its servers run and its folder is
// locked until Close.
type Session struct {
	settings  settings.Settings
	suite     string
	cells     []plan.Cell
	choice    choice
	backend   backend.Backend // nil between runs of a simulation in virtual time
	worsen    func(*sim.Config)
	network   *virtual.Network // of a simulation in virtual time; nil: sockets
	place     record.Backend   // of every run, but for its topology
	drivers   map[string]driver.Driver
	leftOut   []*driver.Missing // runtimes that were asked for and are not here
	realTime  bool              // a simulation in real time, since a client is a program
	work      *workload.Workload
	folder    *results.Folder
	progress  *progress.Progress
	env       record.Environment
	speeds    map[string]speed             // by model, from the warm-up
	floors    map[string]*record.Meter     // by runtime, from a known answer
	sensors   sensor.Source                // nil: none, or the simulator's own
	sensing   string                       // which, and why
	fallbacks map[string]*results.Fallback // by cell, of those that did not load
	spoilers  []preflight.Spoiler          // what may make this sitting's figures worth less
}

// Open starts a session for cells of one suite. Every error comes before the
// first measurement; what was started by then is stopped again.
func Open(ctx context.Context, suite string, s settings.Settings, cells []plan.Cell) (*Session, error) {
	return open(ctx, suite, s, cells, nil)
}

// open is Open with a simulator that tests have made worse.
func open(ctx context.Context, suite string, s settings.Settings, cells []plan.Cell, worsen func(*sim.Config)) (*Session, error) {
	return openFor(ctx, suite, s, cells, worsen, nil)
}

// openFor is open for a session that will be judged, by a gate that may find that
// its baseline is of something else.
func openFor(ctx context.Context, suite string, s settings.Settings, cells []plan.Cell, worsen func(*sim.Config), j *judge) (_ *Session, err error) {
	x := &Session{
		settings: s, suite: suite, cells: cells, worsen: worsen,
		speeds: map[string]speed{}, floors: map[string]*record.Meter{},
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, x.abandon())
		}
	}()
	if err := results.Writable(s.Results); err != nil {
		return nil, err
	}
	if x.choice, err = choose(ctx, s); err != nil {
		return nil, err
	}
	if err = x.findDrivers(ctx); err != nil {
		return nil, err
	}
	x.leaveVirtualTime()
	if x.work, err = workload.New(duet.Prompts, s.Budget, s.Unequal, s.Seed); err != nil {
		return nil, err
	}
	x.env = preflight.Read(ctx)
	if err := x.openFolder(); err != nil {
		return nil, err
	}
	if x.progress, err = progress.Open(x.folder.Dir, s.Progress == settings.ProgressLog); err != nil {
		return nil, err
	}
	x.logDrivers()
	x.place = x.describePlace()
	x.lookAround(ctx)
	if err = x.openSensors(ctx); err != nil {
		return nil, err
	}
	backend, err := x.choice.start(ctx, x.settings, serversFor(x.cells), x.folder.Dir)
	if err != nil { // what came with it is a backend of some kind that is nil
		return nil, fmt.Errorf("start servers (%s): %w%s", x.choice.kind, err, x.choice.next())
	}
	x.backend = backend
	x.lookAtServers(ctx)
	if err := x.readMeters(ctx); err != nil {
		return nil, err
	}
	if err := x.prepare(ctx); err != nil {
		return nil, err
	}
	if x.place.Virtual {
		if err := x.leaveSockets(ctx); err != nil {
			return nil, err
		}
	}
	if err := j.suits(x); err != nil {
		return nil, err
	}
	x.progress.Plan(x.missing(), x.real(x.expectedMean()))
	return x, x.folder.Save(time.Now())
}

// openFolder finds or makes the session's folder.
func (x *Session) openFolder() (err error) {
	ids := make([]string, len(x.cells))
	for i, c := range x.cells {
		ids[i] = c.ID()
	}
	x.folder, err = results.Open(results.Request{
		Results: x.settings.Results, Name: x.settings.Session, Kind: x.choice.kind,
		Suite: x.suite, Cells: ids, Now: time.Now(),
		Plan: results.NewPlan(x.settings, x.env.Commit, Tag, x.work.Hash()),
	})
	return err
}

// describePlace is what stands beside every number of the session.
func (x *Session) describePlace() record.Backend {
	b := record.Backend{Kind: x.choice.kind}
	if b.Kind == settings.Sim {
		b.Simulated, b.Timescale = true, x.settings.Timescale
		b.Virtual = b.Timescale == 0
		return b
	}
	for _, m := range x.settings.Models {
		b.Synthetic = b.Synthetic || plan.IsSynthetic(m)
	}
	return b
}

// abandon closes a session that could not be opened.
func (x *Session) abandon() error {
	folder := x.folder
	x.folder = nil
	err := x.Close()
	if folder != nil {
		err = errors.Join(err, folder.Discard())
	}
	return err
}

// Dir is the session's folder.
func (x *Session) Dir() string { return x.folder.Dir }

// Close stops the servers and unlocks the folder. It uses no context of the
// session's, because it also cleans up after an interrupt.
func (x *Session) Close() error {
	var errs []error
	if x.backend != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		errs = append(errs, x.backend.Close(ctx))
	}
	if x.sensors != nil {
		errs = append(errs, x.sensors.Close())
	}
	if x.progress != nil {
		errs = append(errs, x.progress.Close())
	}
	if x.folder != nil {
		errs = append(errs, x.folder.Close())
	}
	x.backend, x.sensors, x.progress, x.folder = nil, nil, nil, nil
	return errors.Join(errs...)
}
