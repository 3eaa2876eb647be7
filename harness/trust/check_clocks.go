package trust

import (
	"fmt"
	"time"

	"github.com/chimeraforge/duet/harness/record"
)

// stamp is a moment with its name; nil is one that did not come, such as the first
// token of a call that failed.
type stamp struct {
	name string
	at   *int64
}

// stamps holds the moments of every call to their order: two that are the wrong way
// round make a TTFT too short or a rate too high, and in a mean nothing of it shows. All
// stamps of a run are of one monotonic clock, so there is no tolerance; equal ones are
// in order, since a clock may be coarser than what it measures.
func stamps(s *session) outcome {
	a := s.eachRun(func(r *record.Run, against func(string)) {
		for i := range r.Passes {
			p := &r.Passes[i]
			if p.GunNS < 0 {
				against(fmt.Sprintf("%s pass: the gun at %d ns, before the run", p.Kind, p.GunNS))
			}
			if p.EndNS < p.GunNS {
				against(fmt.Sprintf("%s pass: ends at %d ns, before its gun at %d ns", p.Kind, p.EndNS, p.GunNS))
			}
		}
	})
	calls := s.eachCall(func(_ *record.Run, p *record.Pass, c *record.Call) string { return disordered(p, c) })
	a.places = append(a.places, calls.places...)
	return a
}

// disordered says which two stamps of a call are the wrong way round, or which
// duration of the server's is negative. Each stamp is held to the latest before it that
// is there, so one that is missing hides no disorder around it.
func disordered(p *record.Pass, c *record.Call) string {
	before := stamp{"gun", &p.GunNS}
	for _, s := range []stamp{
		{"request", &c.RequestNS}, {"headers", c.HeadersNS}, {"first token", c.FirstNS}, {"last token", c.LastTokenNS},
		{"done", c.DoneNS}, {"end", &c.EndNS}, {"end of the pass", &p.EndNS},
	} {
		if s.at == nil {
			continue
		}
		if *s.at < *before.at {
			return fmt.Sprintf("%s at %d ns, %s at %d ns", before.name, *before.at, s.name, *s.at)
		}
		before = s
	}
	return negative(c.Server)
}

// negative says which number of a server's is below zero, counts included: one would
// lower a mean unseen.
func negative(t *record.ServerTimings) string {
	if t == nil {
		return ""
	}
	for _, s := range []stamp{
		{"total_duration", t.TotalNS}, {"load_duration", t.LoadNS}, {"prompt_eval_duration", t.PromptEvalNS},
		{"eval_duration", t.EvalNS}, {"prompt_eval_count", t.PromptTokens}, {"eval_count", t.Tokens},
	} {
		if s.at != nil && *s.at < 0 {
			return fmt.Sprintf("the server's %s is %d", s.name, *s.at)
		}
	}
	return ""
}

// gaps adds the arrivals up: nothing else would show a gap that was lost or doubled. They
// come from the same clock readings as the stamps, in whole nanoseconds, so the sum must
// be exact.
func gaps(s *session) outcome {
	kept := false
	a := s.eachCall(func(_ *record.Run, _ *record.Pass, c *record.Call) string {
		kept = kept || len(c.DeltasNS) > 0
		return apart(c)
	})
	if a.of > 0 && !kept {
		return skipped("No run has the arrivals of its chunks.")
	}
	return a
}

// apart says in what the arrivals of a call differ from its stamps.
func apart(c *record.Call) string {
	if len(c.DeltasNS) == 0 {
		return ""
	}
	if len(c.DeltasNS) != c.Chunks {
		return fmt.Sprintf("%d arrivals of %d chunks", len(c.DeltasNS), c.Chunks)
	}
	if c.LastTokenNS == nil {
		return "there are arrivals and no last token"
	}
	at := c.RequestNS
	for i, d := range c.DeltasNS {
		if d < 0 {
			return fmt.Sprintf("chunk %d arrives %d ns before the one before it", i+1, -d)
		}
		if at += d; i == 0 && (c.FirstNS == nil || at != *c.FirstNS) {
			return "the first arrival is not the first token's"
		}
	}
	if at != *c.LastTokenNS {
		return fmt.Sprintf("the arrivals end at %d ns, the last token was at %d ns", at, *c.LastTokenNS)
	}
	return ""
}

// passes looks for two at once: an agent was not alone then, and its solo rate, which
// the headline divides by, makes the agents together look better than they were.
func passes(s *session) outcome {
	return s.eachRun(func(r *record.Run, against func(string)) {
		for i := 1; i < len(r.Passes); i++ {
			if a, b := &r.Passes[i-1], &r.Passes[i]; b.GunNS < a.EndNS {
				against(fmt.Sprintf("pass %d (%s) begins at %d ns, pass %d (%s) ends at %d ns", i+1, b.Kind, b.GunNS, i, a.Kind, a.EndNS))
			}
		}
	})
}

// A server's time of a call begins after the request and ends before the final
// chunk, on another clock of the same machine. What it may be longer: a clock's
// step, and two clocks' difference in rate, which NTP keeps below 0.05 %.
const (
	tolerance      = int64(time.Millisecond) // of real time
	toleranceShare = 0.01
)

// serverTimes holds what a server says it worked on a call to what the client waited for
// it. One that worked longer speaks of another call, or in another unit, or its clock was
// set, and decode rates are made of the other times in the same message. Less is no
// fault: the rest is the network and the queue. The stamps of a simulation may be of a
// faster time than the real one, in which its clock steps, so the tolerance is scaled.
func serverTimes(s *session) outcome {
	return s.eachCall(func(r *record.Run, _ *record.Pass, c *record.Call) string {
		if c.DoneNS == nil || c.Server == nil || c.Server.TotalNS == nil {
			return ""
		}
		waited, total := float64(*c.DoneNS)-float64(c.RequestNS), float64(*c.Server.TotalNS)
		if total <= waited+float64(tolerance)*max(1, r.Backend.Timescale)+toleranceShare*waited {
			return ""
		}
		return fmt.Sprintf("the server's total_duration is %.3f ms, the client waited %.3f ms", total/1e6, waited/1e6)
	})
}

// starts compares the wall clock of the runs with each other's and the session's. Times
// within a run are of a monotonic clock and safe; the order of runs, on which bench.txt
// and whatever is said of a drift or of first runs hang, is of the wall clock, which may
// be set in between. Runs are counted and not files, as in labels.
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
