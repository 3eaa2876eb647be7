package sim

import (
	"math"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
	"github.com/chimeraforge/duet/internal/clock"
)

// engine puts the pure GPU model on a clock. It has no goroutine: each stream's
// own goroutine moves the model to now when its alarm wakes it, collects what
// happened to its job, and sleeps until the job's next event. When a job comes
// or goes, the others' times change and their alarms are woken.
type engine struct {
	origin  int64   // clock.NS at simulated time zero
	scale   float64 // simulated time per real time
	virtual bool

	mu      sync.Mutex
	gpu     gpu.GPU
	changes int // of the GPU, when the alarms were last woken
	streams map[gpu.ID]*stream
}

func newEngine(scale float64, virtual bool) *engine {
	return &engine{origin: clock.NS(), scale: scale, virtual: virtual, streams: map[gpu.ID]*stream{}}
}

// simulated converts a reading of the host's clock to simulated time.
func (e *engine) simulated(ns int64) time.Duration {
	return time.Duration(math.Floor(float64(ns-e.origin) * e.scale))
}

// real is the first reading of the host's clock that is not before t.
func (e *engine) real(t time.Duration) int64 {
	return e.origin + int64(math.Ceil(float64(t)/e.scale))
}

// stream is one job on the GPU with the alarm of the goroutine that serves it.
type stream struct {
	engine *engine
	id     gpu.ID
	start  time.Duration // when the job joined, simulated
	alarm  alarm
	events []gpu.Event // happened, not yet collected
	gone   bool
}

// join starts a job as of a reading of the host's clock.
func (e *engine) join(ns int64, job gpu.Job, a alarm) *stream {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := &stream{engine: e, alarm: a}
	s.id = e.gpu.Join(e.simulated(ns), job)
	s.start = e.gpu.Now()
	e.streams[s.id] = s
	e.deliver(clock.NS(), s)
	return s
}

// leave takes the stream's job off the GPU, if it is still there.
func (s *stream) leave() {
	e := s.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	if !s.gone {
		e.gpu.Leave(e.simulated(clock.NS()), s.id)
		e.drop(s)
		e.deliver(clock.NS(), s)
	}
}

// collect returns what happened to the stream's job since the last call and
// when, on the host's clock, to come back.
func (s *stream) collect() (events []gpu.Event, next int64) {
	e := s.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deliver(clock.NS(), s)
	events, s.events = s.events, nil
	if t, ok := e.gpu.NextOf(s.id); ok {
		next = e.real(t)
	}
	return events, next
}

// deliver moves the GPU to now, hands out what happened, and wakes everybody
// but the caller if the speeds changed.
func (e *engine) deliver(ns int64, self *stream) {
	for _, ev := range e.gpu.Advance(e.simulated(ns)) {
		s := e.streams[ev.Job]
		s.events = append(s.events, ev)
		if ev.Kind == gpu.Done {
			e.drop(s)
		}
	}
	if e.changes == e.gpu.Changes() {
		return
	}
	e.changes = e.gpu.Changes()
	for _, s := range e.streams {
		if s != self {
			s.alarm.wake()
		}
	}
}

func (e *engine) drop(s *stream) {
	s.gone = true
	delete(e.streams, s.id)
}

// alarm wakes the goroutine that serves one stream: at a time, or early when
// something changed. One per stream, so that a token costs one wake-up.
//
// wait returns at the deadline (a reading of package clock) or earlier; the
// caller looks at the clock again. wake makes a running wait, or the next one,
// return at once, and may be called from anywhere until close has returned.
type alarm interface {
	wait(deadline int64)
	wake()
	close()
}

// newAlarm returns the most precise alarm there is; inside a testing/synctest
// bubble only Go's own timers follow the virtual time.
func newAlarm(virtual bool) alarm {
	if !virtual {
		if a := preciseAlarm(); a != nil {
			return a
		}
	}
	return &timerAlarm{poked: make(chan struct{}, 1)}
}

// timerAlarm is made of Go's timers: exact in virtual time. In real time it is
// late by up to a millisecond on an idle Linux machine, where the runtime
// sleeps in whole milliseconds (golang.org/issue/44343), which is why Linux has
// an alarm of its own.
type timerAlarm struct {
	timer *time.Timer
	poked chan struct{}
}

func (a *timerAlarm) wait(deadline int64) {
	d := time.Duration(deadline - clock.NS())
	if d <= 0 {
		return
	}
	if a.timer == nil {
		a.timer = time.NewTimer(d)
	} else {
		a.timer.Reset(d)
	}
	select {
	case <-a.timer.C:
	case <-a.poked:
		a.timer.Stop()
	}
}

func (a *timerAlarm) wake() {
	select {
	case a.poked <- struct{}{}:
	default:
	}
}

func (a *timerAlarm) close() {
	if a.timer != nil {
		a.timer.Stop()
	}
}
