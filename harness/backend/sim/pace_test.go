package sim

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/internal/clock"
)

// The margins are for a busy shared machine; a quiet one shows 10 to 100
// microseconds.
func TestAnAlarmIsPunctualAndNeverEarly(t *testing.T) {
	const gap, n = 4 * time.Millisecond, 100
	a := newAlarm(false)
	defer a.close()
	start := clock.NS()
	var late []time.Duration
	for i := range int64(n) {
		deadline := start + (i+1)*int64(gap)
		a.wait(deadline)
		late = append(late, time.Duration(clock.NS()-deadline))
	}
	assert.GreaterOrEqual(t, slices.Min(late), time.Duration(0))
	assert.Less(t, slices.Min(late[n*3/4:]), 2*time.Millisecond, "no drift: the last quarter is on schedule")
	slices.Sort(late)
	assert.Less(t, late[n/10], 2*time.Millisecond)
	t.Logf("late by %v (median), %v (90th percentile)", late[n/2], late[n*9/10])
}

func TestAWakeEndsAWaitNowOrLater(t *testing.T) {
	for _, virtual := range []bool{false, true} {
		a := newAlarm(virtual)
		far := clock.NS() + int64(time.Hour)
		a.wake()
		a.wait(far) // the wake came first
		woken := make(chan struct{})
		go func() { a.wait(far); close(woken) }()
		a.wake()
		select {
		case <-woken:
		case <-time.After(10 * time.Second):
			t.Fatal("still asleep")
		}
		a.close()
		a.wake() // after the end: harmless
	}
}

func TestAPastDeadlineDoesNotWait(t *testing.T) {
	for _, virtual := range []bool{false, true} {
		a := newAlarm(virtual)
		a.wait(0)
		a.wait(clock.NS() - 1)
		a.close()
	}
}
