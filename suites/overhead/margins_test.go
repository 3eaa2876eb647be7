package overhead

import (
	"slices"
	"testing"
	"time"
)

// attempts is how often a runtime may be asked for an answer, and rest how much longer
// is waited before each further one: what disturbs a machine that others share, too,
// lasts for seconds, and no client is off by it for ever.
const (
	attempts = 10
	rest     = time.Second
	strict   = 5 // attempts by the margins alone; then with what the machine adds
)

// margins are how far from the truth a runtime may be; none where they are zero.
type margins struct {
	ttft        time.Duration // median
	gap, wall   time.Duration // p90 of the errors of all gaps; of a call's wall, median
	rate, speed float64       // relative
}

var (
	native  = margins{500 * time.Microsecond, 500 * time.Microsecond, time.Millisecond, 0.002, 0.01}
	asyncio = margins{2 * time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond, 0.005, 0.02}

	allowed = map[string]margins{
		"go": native, "rust": native, "python": asyncio, "python-uvloop": asyncio,
		// httpx is whatever it is, and printed.
	}
)

// onThis are the margins on a machine that wakes a sleeping program late: an idle
// processor of a virtual machine was seen to take 0.3 ms for it, and every answer of a
// paced server is such a waking at both ends. A call's wall has one more.
func (m margins) onThis() margins {
	late := lateness()
	share := float64(late) / float64(10*time.Millisecond) // of a token's time in the known answers
	m.ttft, m.gap, m.wall = m.ttft+2*late, m.gap+2*late, m.wall+3*late
	m.rate += share / 4
	m.speed += share / 4
	return m
}

// lateness is how late this machine's own timer is, in the median.
func lateness() time.Duration {
	const sleep = 5 * time.Millisecond
	var late []time.Duration
	for range 60 {
		began := time.Now()
		time.Sleep(sleep)
		late = append(late, time.Since(began)-sleep)
	}
	slices.Sort(late)
	return late[len(late)/2]
}

// eventually measures until a measurement is within its margins, at most
// attempts times: the later ones are told so by busy.
func eventually(t *testing.T, measure func(busy bool) error) {
	t.Helper()
	var err error
	for i := range attempts {
		time.Sleep(time.Duration(i) * rest)
		if err = measure(i >= strict); err == nil {
			return
		}
		t.Logf("attempt %d: %v", i+1, err)
	}
	t.Error(err)
}
