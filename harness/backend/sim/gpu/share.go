package gpu

import (
	"math"
	"time"
)

// GPU is the state of the shared machine. The zero value is an idle GPU at time
// zero. It is not safe for concurrent use.
//
// Between two changes of the number of active jobs every job runs at a constant
// rate, so an event's time is computed from the last change and not from the
// event before: nothing accumulates, however many tokens go by.
type GPU struct {
	now     time.Duration
	last    ID
	jobs    []*task // in the order of Join
	active  int
	ready   []Event // happened, not yet handed out
	changes int
	watched bool
	history []Change
}

// Change is a time from which on another number of jobs shares the GPU.
type Change struct {
	At     time.Duration
	Active int
}

// Watch makes the GPU remember its changes for History, from now on.
func (g *GPU) Watch() { g.watched = true }

// History returns the changes of Active since the last call, in order.
func (g *GPU) History() []Change {
	out := g.history
	g.history = nil
	return out
}

// task is a job on the GPU. Times and work are float64 nanoseconds: exact for
// the integers of an uncontended job, and good to a nanosecond over months.
type task struct {
	Job
	id      ID
	loading bool
	loadEnd float64
	next    int // index of the next token; Tokens means done

	since, done, rate float64 // at time since, done work was done; it grows at rate
}

// Join starts a job at time t, or now if the GPU is already past t. The job
// must pass Check.
func (g *GPU) Join(t time.Duration, j Job) ID {
	g.settle(t)
	g.last++
	k := &task{Job: j, id: g.last, loading: j.Load > 0, loadEnd: float64(g.now + j.Load)}
	g.jobs = append(g.jobs, k)
	if !k.loading {
		g.share(float64(g.now))
	}
	return k.id
}

// Leave takes a job off the GPU at time t, finished or not. Events it had until
// then are dropped.
func (g *GPU) Leave(t time.Duration, id ID) {
	g.settle(t)
	kept := g.ready[:0]
	for _, e := range g.ready {
		if e.Job != id {
			kept = append(kept, e)
		}
	}
	g.ready = kept
	for i, k := range g.jobs {
		if k.id == id {
			g.remove(i, float64(g.now))
			return
		}
	}
}

// NextOf is the time of a job's next event that is still to come; false when there
// is none.
func (g *GPU) NextOf(id ID) (time.Duration, bool) {
	for _, k := range g.jobs {
		if k.id == id {
			return round(k.at()), true
		}
	}
	return 0, false
}

// Advance moves the GPU to time t and returns what happened since the last
// call, in order. Time does not go back: an earlier t is now.
func (g *GPU) Advance(t time.Duration) []Event {
	g.settle(t)
	out := g.ready
	g.ready = nil
	return out
}

// Now is the time up to which everything has happened.
func (g *GPU) Now() time.Duration { return g.now }

// Active is the number of jobs that share the GPU: those past their Load.
func (g *GPU) Active() int { return g.active }

// Changes counts the changes of Active. A caller that sleeps until NextOf must
// ask again after a change.
func (g *GPU) Changes() int { return g.changes }

// settle handles every event until t, each at its own time.
func (g *GPU) settle(t time.Duration) {
	for {
		i, x := g.earliest()
		if math.IsInf(x, 1) || round(x) > t {
			break
		}
		g.fire(i, x)
	}
	g.now = max(g.now, t)
}

// earliest returns the job with the next event and its time; +Inf without one.
// Of several at one time it is the one that joined first.
func (g *GPU) earliest() (int, float64) {
	best, at := -1, math.Inf(1)
	for i, k := range g.jobs {
		if t := k.at(); t < at {
			best, at = i, t
		}
	}
	return best, at
}

// fire handles the next event of job i, which happens at time x.
func (g *GPU) fire(i int, x float64) {
	k := g.jobs[i]
	e := Event{Job: k.id, At: round(x)}
	switch {
	case k.loading:
		e.Kind, k.loading = Loaded, false
		g.share(x)
	case k.next < k.Tokens:
		e.Kind, e.Index = Token, k.next
		k.next++
	default:
		e.Kind = Done
		g.remove(i, x)
	}
	g.ready = append(g.ready, e)
}

func (g *GPU) remove(i int, x float64) {
	loading := g.jobs[i].loading
	g.jobs = append(g.jobs[:i:i], g.jobs[i+1:]...)
	if !loading {
		g.share(x)
	}
}

// share gives every active job its rate from time x on.
func (g *GPU) share(x float64) {
	n := 0
	for _, k := range g.jobs {
		if !k.loading {
			n++
		}
	}
	if g.watched && n != g.active {
		g.history = append(g.history, Change{round(x), n})
	}
	g.active, g.changes = n, g.changes+1
	for _, k := range g.jobs {
		if k.loading {
			continue
		}
		if k.rate > 0 {
			k.done += (x - k.since) * k.rate
		}
		k.since, k.rate = x, Eta(k.Loss, n)
	}
}

// at is the time of the task's next event if nothing changes.
func (k *task) at() float64 {
	if k.loading {
		return k.loadEnd
	}
	return k.since + max(0, float64(k.Ready(k.next))-k.done)/k.rate
}

func round(x float64) time.Duration { return time.Duration(math.Round(x)) }
