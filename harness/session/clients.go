package session

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/selftest"
)

// clients are the runtimes that drive the agents.
type clients struct {
	drivers  map[string]driver.Driver
	missing  []*driver.Missing        // that were asked for and are not here
	floors   map[string]*record.Meter // by runtime, from a known answer
	realTime bool                     // a simulation in real time, since a client is a program
}

// findClients looks for the client runtimes of the session's cells. Cells whose
// runtime is not on this machine leave the session, and s.clients.missing says why.
func (s *Session) findClients(ctx context.Context) error {
	var names []string
	cells := s.config.Cells
	for _, c := range cells {
		if !slices.Contains(names, c.Runtime()) {
			names = append(names, c.Runtime())
		}
	}
	note := func(format string, args ...any) { fmt.Fprintf(os.Stderr, "duet: "+format+"\n", args...) }
	found, missing, err := driver.Find(ctx, names, driver.Options{Note: note})
	if err != nil {
		return fmt.Errorf("client runtimes: %w", err)
	}
	s.clients = clients{drivers: found, missing: missing, floors: map[string]*record.Meter{}}
	s.config.Cells = slices.DeleteFunc(slices.Clone(cells), func(c plan.Cell) bool { return found[c.Runtime()] == nil })
	if len(s.config.Cells) == 0 {
		var why []string
		for _, m := range missing {
			why = append(why, m.Error())
		}
		return fmt.Errorf("none of the client runtimes is on this machine: %s", strings.Join(why, "; "))
	}
	s.settleClock()
	return nil
}

// settleClock settles how time goes. A simulation runs in real time where a client
// cannot follow it into virtual time.
func (s *Session) settleClock() {
	set := &s.config.Settings
	s.clock = s.config.Driver.Time(set.Backend())
	if s.clock.Virtual && len(s.clients.programs()) > 0 {
		set.Timescale, s.clients.realTime = 1, true
		s.clock = s.config.Driver.Time(set.Backend())
	}
}

// client drives agents of a runtime. Servers that are on no network are called by
// ours alone.
func (s *Session) client(runtime string) driver.Driver {
	if b, ok := s.backend.(backend.Dialer); ok {
		return &driver.Goroutines{Dial: b.Dial}
	}
	return s.clients.drivers[runtime]
}

// log says where programs' standard error goes.
func (c clients) log(dir string) {
	for _, d := range c.drivers {
		if p, ok := d.(*driver.Program); ok {
			p.LogDir = filepath.Join(dir, "clients")
		}
	}
}

// tryClients lets every runtime measure a known answer first. In virtual time
// there is nothing to be off by.
func (s *Session) tryClients(ctx context.Context) error {
	if s.clock.Virtual {
		return nil
	}
	names := slices.Sorted(maps.Keys(s.clients.drivers))
	var readings []selftest.Reading
	for _, name := range names {
		s.progress.Note("trying the meter of %s", name)
		r, err := selftest.Read(ctx, s.clients.drivers[name])
		if err != nil {
			return err
		}
		readings = append(readings, r)
		s.clients.floors[name] = r.Floor(s.clock.Scale)
	}
	s.folder.File.Meter = readings
	return s.askKnown(ctx, names)
}

// askKnown lets every runtime of a session on real servers see, on the machine as
// it is, every way in which a stream can come.
func (s *Session) askKnown(ctx context.Context, names []string) error {
	s.folder.File.Known = nil
	if s.config.Driver.Simulated {
		return nil
	}
	for _, name := range names {
		s.progress.Note("asking %s for known answers", name)
		answers, err := selftest.Test{Driver: s.clients.drivers[name]}.Quick(ctx)
		if err != nil {
			return err
		}
		s.folder.File.Known = append(s.folder.File.Known, answers...)
	}
	return nil
}

// programs are the session's runtimes that are programs of their own. They live
// in real time.
func (c clients) programs() []string {
	var out []string
	for name, d := range c.drivers {
		if _, ok := d.(*driver.Program); ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// LeftOut is a line for each runtime that was asked for and is not here.
func (s *Session) LeftOut() string {
	var b strings.Builder
	for _, m := range s.clients.missing {
		fmt.Fprintf(&b, "# left out: runtime %s: %s\n#   to get it: %s\n", m.Runtime, m.Why, m.Install)
	}
	return b.String()
}
