package sim

import (
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/chimeraforge/duet/internal/clock"
)

// timerfdAlarm is a kernel timer that the Go runtime waits for as it waits for
// a socket. The kernel fires it on its high-resolution clock, without timer
// slack, at an absolute time, and the wake-up takes the path of an arriving
// packet. That takes 50 to 100 microseconds, so it is set that much early and
// the rest is spun away: see lead.
//
// A thread asleep in clock_nanosleep would be as punctual, but holds one of the
// runtime's processors until the runtime notices (up to 10 ms); with two
// streams on two cores a client in the same process then waits for a processor.
type timerfdAlarm struct {
	file *os.File
	fd   int

	mu     sync.Mutex
	poked  bool
	closed bool
}

// preciseAlarm returns nil where the kernel refuses.
func preciseAlarm() alarm {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil
	}
	f := os.NewFile(uintptr(fd), "timerfd")
	if f.SetReadDeadline(time.Time{}) != nil { // the runtime's poller does not take it
		f.Close()
		return nil
	}
	return &timerfdAlarm{file: f, fd: fd}
}

func (a *timerfdAlarm) wait(deadline int64) {
	now := clock.NS()
	if deadline <= now || !a.arm(deadline-lead(deadline-now)) {
		return
	}
	var count [8]byte
	_, _ = a.file.Read(count[:])
	a.mu.Lock()
	poked := a.poked
	a.poked = false
	a.mu.Unlock()
	for !poked && clock.NS() < deadline {
	}
}

// lead is how much before the deadline a wait asks to be woken: a hundredth of
// it, so that spinning takes at most one percent of a core per stream, and no
// more than a wake-up takes.
func lead(wait int64) int64 { return min(wait/100, int64(100*time.Microsecond)) }

// arm sets the timer unless a wake came first.
func (a *timerfdAlarm) arm(deadline int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.poked {
		a.poked = false
		return false
	}
	return a.set(deadline) == nil
}

func (a *timerfdAlarm) wake() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed && !a.poked {
		a.poked = true
		_ = a.set(1)
	}
}

// set makes the timer fire at a time of the monotonic clock, at once if that is
// past. Zero would disarm it.
func (a *timerfdAlarm) set(deadline int64) error {
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(max(1, deadline))}
	return unix.TimerfdSettime(a.fd, unix.TFD_TIMER_ABSTIME, &spec, nil)
}

func (a *timerfdAlarm) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	_ = a.file.Close()
}
