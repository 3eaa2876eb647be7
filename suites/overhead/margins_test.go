package overhead

import (
	"testing"
	"time"
)

// attempts is how often a runtime may be asked for an answer, and rest how much longer
// is waited before each further one: what disturbs a machine that others share, too,
// lasts for seconds, and no client is off by it for ever.
const (
	attempts = 10
	rest     = time.Second
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

// eventually measures until a measurement is within its margins, at most
// attempts times.
func eventually(t *testing.T, measure func() error) {
	t.Helper()
	var err error
	for i := range attempts {
		time.Sleep(time.Duration(i) * rest)
		if err = measure(); err == nil {
			return
		}
		t.Logf("attempt %d: %v", i+1, err)
	}
	t.Error(err)
}
