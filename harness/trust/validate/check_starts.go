package validate

import (
	"fmt"
	"time"
)

// starts compares the wall clock of the runs with each other's and the session's.
func starts(x *examiner) answer {
	a := answer{}
	for _, c := range x.cells {
		var before time.Time
		for _, f := range c.files {
			t := f.Run.Started
			if t.IsZero() {
				continue
			}
			a.of++
			known := len(a.offenders)
			if t.Before(before) {
				a.against(f.Path, fmt.Sprintf("began at %s, before the run before it at %s", clock(t), clock(before)))
			}
			if why := x.outside(f); why != "" {
				a.against(f.Path, why)
			}
			if len(a.offenders) > known {
				a.wrong++
			}
			before = t
		}
	}
	if a.of == 0 {
		return skip("No run says when it began.")
	}
	if x.Record == nil {
		a.why = "Compared with each other alone: " + lowered(noRecord)
	}
	return a
}

// outside says that a run of this session began before or after all of it.
func (x *examiner) outside(f File) string {
	if x.Record == nil || imported(f.Run) {
		return ""
	}
	t, of := f.Run.Started, x.Record
	if m := of.Source(f.Run); m != nil {
		of = &m.Session // by the clock of its machine
	}
	switch {
	case t.Before(of.Created):
		return fmt.Sprintf("began at %s, before its session at %s", clock(t), clock(of.Created))
	case t.After(of.Updated):
		return fmt.Sprintf("began at %s, after the session was last written at %s", clock(t), clock(of.Updated))
	}
	return ""
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
