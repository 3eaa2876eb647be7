package harness

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/external"
	"github.com/chimeraforge/duet/harness/driver/runtimes"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/selftest"
	"github.com/chimeraforge/duet/harness/settings"
)

// findDrivers looks for the client runtimes of the session's cells. Cells whose
// runtime is not on this machine leave the session, and x.leftOut says why.
func (x *Session) findDrivers(ctx context.Context) error {
	var names []string
	for _, c := range x.cells {
		if !slices.Contains(names, c.Runtime) {
			names = append(names, c.Runtime)
		}
	}
	var err error
	note := func(format string, args ...any) { fmt.Fprintf(os.Stderr, "duet: "+format+"\n", args...) }
	if x.drivers, x.leftOut, err = runtimes.Find(ctx, names, runtimes.Options{Note: note}); err != nil {
		return fmt.Errorf("client runtimes: %w", err)
	}
	x.cells = slices.DeleteFunc(slices.Clone(x.cells), func(c plan.Cell) bool { return x.drivers[c.Runtime] == nil })
	if len(x.cells) == 0 {
		var why []string
		for _, m := range x.leftOut {
			why = append(why, m.Error())
		}
		return fmt.Errorf("none of the client runtimes is on this machine: %s", strings.Join(why, "; "))
	}
	return nil
}

// logDrivers says where programs' standard error goes.
func (x *Session) logDrivers() {
	for _, d := range x.drivers {
		if p, ok := d.(*external.Program); ok {
			p.LogDir = filepath.Join(x.folder.Dir, "clients")
		}
	}
}

// readMeters lets every runtime measure a known answer first. In virtual time
// there is nothing to be off by.
func (x *Session) readMeters(ctx context.Context) error {
	if x.place.Virtual {
		return nil
	}
	names := slices.Sorted(maps.Keys(x.drivers))
	var readings []selftest.Reading
	for _, name := range names {
		x.progress.Note("trying the meter of %s", name)
		r, err := selftest.Read(ctx, x.drivers[name])
		if err != nil {
			return err
		}
		readings = append(readings, r)
		x.floors[name] = r.Floor(x.scale())
	}
	x.folder.File.Meter = readings
	return x.askKnown(ctx, names)
}

// askKnown lets every runtime of a session on real servers see, on the machine as
// it is, every way in which a stream can come.
func (x *Session) askKnown(ctx context.Context, names []string) error {
	x.folder.File.Known = nil
	if x.place.Simulated {
		return nil
	}
	for _, name := range names {
		x.progress.Note("asking %s for known answers", name)
		answers, err := selftest.Exam{Driver: x.drivers[name]}.Glance(ctx)
		if err != nil {
			return err
		}
		x.folder.File.Known = append(x.folder.File.Known, answers...)
	}
	return nil
}

// programs are the session's runtimes that are programs of their own. They live
// in real time.
func (x *Session) programs() []string {
	var out []string
	for name, d := range x.drivers {
		if _, ok := d.(*external.Program); ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// leaveVirtualTime makes a simulation run in real time where a client cannot
// follow it into virtual time.
func (x *Session) leaveVirtualTime() {
	if x.choice.kind == settings.Sim && x.settings.Timescale == 0 && len(x.programs()) > 0 {
		x.settings.Timescale = 1
		x.realTime = true
	}
}

// saidLeftOut is a line for each runtime that is not here.
func saidLeftOut(missing []*driver.Missing) string {
	var b strings.Builder
	for _, m := range missing {
		fmt.Fprintf(&b, "# left out: runtime %s: %s\n#   to get it: %s\n", m.Runtime, m.Why, m.Install)
	}
	return b.String()
}
