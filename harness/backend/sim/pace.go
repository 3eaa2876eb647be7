package sim

import (
	"time"

	"github.com/chimeraforge/duet/internal/clock"
)

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
