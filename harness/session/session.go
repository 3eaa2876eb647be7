// Package session measures cells on servers that it is given: it opens a session
// (servers up, models there, pre-flight done, folder locked), makes runs in it and
// closes it.
//
// # The way of a number
//
//  1. Open brings everything up, or says what is wrong before anything is measured.
//  2. Session.Run makes one run of one cell: warm-up, each agent alone, all from one
//     starting gun.
//  3. Package metric derives the quantities, package results writes the run to disk,
//     and only then does Run return it.
//
// # What it does not know
//
// Which servers there are. It is given a backend.Driver and asks what that opens
// for abilities (backend.Loader, backend.Unloader, …); an ability that is absent
// leaves out what it is needed for. Which protocol they speak is the drivers' and
// the back end's business, and how time goes the back end's: in virtual time each
// run has servers of its own (backend.PerRun).
package session

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/chimeraforge/duet"
	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/harness/workload"
	"github.com/chimeraforge/duet/internal/progress"
)

// Config is what a session is to measure, and on what.
type Config struct {
	Suite    string
	Settings settings.Settings
	Cells    []plan.Cell
	Matrix   []plan.Cell    // of which they are a part: every shard's; nil: they are all
	Driver   backend.Driver // the kind of servers
	Why      string         // this kind, in a few words
	// Check is asked last, when it is known what will be measured: its error ends
	// the session before the first run. nil: nobody asks.
	Check func(*Session) error
}

// Session is one visit to a session's folder: its servers run and its folder is
// locked until Close.
type Session struct {
	config   Config
	place    place
	clock    backend.Clock
	backend  backend.Backend // within a run of a simulation in virtual time, that run's
	clients  clients
	work     *workload.Workload
	folder   *results.Folder
	progress *progress.Progress
	sensors  sensors
	known    knowledge
}

// place is what stands beside every number, and what is known of where it was
// measured.
type place struct {
	servers  []backend.Server
	label    record.Backend // of every run, but for its topology
	env      record.Environment
	findings []record.Finding // what may make this visit's figures worth less
}

// knowledge is what was learnt of models and need not be learnt twice.
type knowledge struct {
	speeds    map[string]speed             // by model, from the warm-up
	fallbacks map[string]*results.Fallback // by cell, of those that did not load
}

// Open starts a session. Every error comes before the first measurement; what was
// started by then is stopped again.
func Open(ctx context.Context, config Config) (_ *Session, err error) {
	s := &Session{config: config, known: knowledge{map[string]speed{}, map[string]*results.Fallback{}}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.abandon())
		}
	}()
	if err = s.prepareFolder(ctx); err != nil {
		return nil, err
	}
	s.clients.log(s.folder.Dir)
	s.lookAround(ctx)
	if err = s.openSensors(ctx); err != nil {
		return nil, err
	}
	if s.backend, err = config.Driver.Open(ctx, s.serverConfig()); err != nil {
		return nil, fmt.Errorf("start servers (%s): %w%s", config.Driver.Kind, err, config.Driver.Next)
	}
	if err = s.prepareServers(ctx); err != nil {
		return nil, err
	}
	if config.Check != nil {
		if err = config.Check(s); err != nil {
			return nil, err
		}
	}
	s.progress.Plan(s.Left(), s.real(s.expectedMean()))
	return s, s.folder.Save(time.Now())
}

// prepareFolder settles everything that can be settled before a server is started.
func (s *Session) prepareFolder(ctx context.Context) (err error) {
	set := s.config.Settings
	if err := results.Writable(set.Results); err != nil {
		return err
	}
	if err = s.findClients(ctx); err != nil {
		return err
	}
	if s.place.servers, err = Servers(s.config.Cells); err != nil {
		return err
	}
	if s.work, err = workload.New(duet.Prompts, set.Budget, set.Unequal, set.Seed); err != nil {
		return err
	}
	for _, c := range s.config.Cells {
		for _, r := range c.Roles {
			if err := s.work.Has(r.Prompts()); err != nil {
				return fmt.Errorf("cell %s, agent %s: %w", c.ID, r.Agent, err)
			}
		}
	}
	s.place.env, s.place.label = preflight.Read(ctx), s.label()
	if err := s.openFolder(); err != nil {
		return err
	}
	s.progress, err = progress.Open(s.folder.Dir, set.Progress == settings.ProgressLog)
	return err
}

// prepareServers makes servers that answer ready to be measured.
func (s *Session) prepareServers(ctx context.Context) error {
	s.lookAtServers(ctx)
	if err := s.tryClients(ctx); err != nil {
		return err
	}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if b, ok := s.backend.(backend.PerRun); ok {
		return b.Prepared(ctx)
	}
	return nil
}

// serverConfig is what the session asks of the kind of servers it was given.
func (s *Session) serverConfig() backend.Config {
	c := s.config.Settings.Backend()
	c.Servers = s.place.servers
	c.LogDir = filepath.Join(s.folder.Dir, "servers")
	return c
}

// openFolder finds or makes the session's folder.
func (s *Session) openFolder() (err error) {
	set := s.config.Settings
	ids := make([]string, len(s.config.Cells))
	for i, c := range s.config.Cells {
		ids[i] = c.ID
	}
	s.folder, err = results.Open(results.Request{
		Results: set.Results, Name: set.Session, Kind: s.config.Driver.Kind,
		Suite: s.config.Suite, Cells: ids, Now: time.Now(),
		Plan: results.NewPlan(set, s.place.env.Commit, backend.Tag(), s.work.Hash()),
	})
	return err
}

// label is what stands beside every number of the session.
func (s *Session) label() record.Backend {
	b := record.Backend{Kind: s.config.Driver.Kind, Simulated: s.config.Driver.Simulated}
	if b.Simulated {
		b.Virtual, b.Timescale = s.clock.Virtual, s.config.Settings.Timescale
		return b
	}
	for _, m := range s.config.Settings.Models {
		b.Synthetic = b.Synthetic || plan.IsSynthetic(m)
	}
	return b
}

// abandon closes a session that could not be opened.
func (s *Session) abandon() error {
	folder := s.folder
	s.folder = nil
	err := s.Close()
	if folder != nil {
		err = errors.Join(err, folder.Discard())
	}
	return err
}

// Dir is the session's folder.
func (s *Session) Dir() string { return s.folder.Dir }

// Close stops the servers and unlocks the folder. It uses no context of the
// session's, because it also cleans up after an interrupt.
func (s *Session) Close() error {
	var errs []error
	if s.backend != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		errs = append(errs, s.backend.Close(ctx))
	}
	if s.sensors.source != nil {
		errs = append(errs, s.sensors.source.Close())
	}
	if s.progress != nil {
		errs = append(errs, s.progress.Close())
	}
	if s.folder != nil {
		errs = append(errs, s.folder.Close())
	}
	s.backend, s.sensors.source, s.progress, s.folder = nil, nil, nil, nil
	return errors.Join(errs...)
}
