package trust

import (
	"fmt"
	"time"
)

// starts compares the wall clock of the runs with each other's and the session's. Times
// within a run are of a monotonic clock and safe. The order of runs is not: bench.txt,
// and whatever is said of a drift or of first runs, hang on the wall clock, which may
// be set in between. A run from before its session, or after its end, was not made by it.
//
// Runs are counted and not files, as in labels.
func starts(s *session) outcome {
	a := outcome{}
	for _, c := range s.cells {
		var before time.Time
		for _, f := range c.files {
			t := f.Run.Started
			if t.IsZero() {
				continue
			}
			a.of++
			known := len(a.places)
			if t.Before(before) {
				a.against(f.Path, fmt.Sprintf("began at %s, before the run before it at %s", clock(t), clock(before)))
			}
			if why := s.outside(f); why != "" {
				a.against(f.Path, why)
			}
			if len(a.places) > known {
				a.wrong++
			}
			before = t
		}
	}
	if a.of == 0 {
		return skipped("No run says when it began.")
	}
	if s.Record == nil {
		a.why = "Compared with each other alone: " + lowered(noRecord)
	}
	return a
}

// outside says that a run of this session began before or after all of it.
func (s *session) outside(f File) string {
	if s.Record == nil || imported(f.Run) {
		return ""
	}
	t, of := f.Run.Started, s.Record
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

// clock prints in UTC, so that two stamps of machines in two zones can be compared.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
