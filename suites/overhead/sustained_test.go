package overhead

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/stats"
)

// A client keeps up with a rate when it sees 99 % of the tokens less than lagged
// after they were written, and streams come (median, first token to last) with at
// least onPace of the rate: a server that the client leaves no processor does not
// keep it up.
const (
	lagged     = 5 * time.Millisecond
	onPace     = 0.99
	slowest    = 4096.0 // tok/s of all streams together
	fastest    = 1 << 21
	triedFor   = time.Second
	finestStep = math.Sqrt2
	tries      = 3 // of a rate: others who use the machine can only make it seem too high
)

// BenchmarkSustained is the highest rate, of all streams together, with which a
// client keeps up on this machine, the server's own needs beside it: rates are
// doubled until one is too high, and then one between the last two is tried.
func BenchmarkSustained(b *testing.B) {
	url := startFlood(b)
	everyRuntime(b, func(name string, d driver.Driver) {
		for _, n := range streams {
			b.Run(fmt.Sprintf("runtime=%s/streams=%d", name, n), func(b *testing.B) {
				var sum float64
				for b.Loop() {
					sum += sustained(b, d, url, n)
				}
				b.ReportMetric(sum/float64(b.N), "sustained-tok/s")
			})
		}
	})
}

// sustained is 0 where even the slowest rate is too high.
func sustained(b *testing.B, d driver.Driver, url string, n int) float64 {
	best := 0.0
	for rate := slowest; rate <= fastest && keepsUp(b, d, url, n, rate); rate *= 2 {
		best = rate
	}
	if rate := best * finestStep; best > 0 && best < fastest && keepsUp(b, d, url, n, rate) {
		best = rate
	}
	return best
}

func keepsUp(b *testing.B, d driver.Driver, url string, n int, rate float64) bool {
	for range tries {
		if keptUp(b, d, url, n, rate) {
			return true
		}
	}
	return false
}

func keptUp(b *testing.B, d driver.Driver, url string, n int, rate float64) bool {
	every := time.Duration(float64(n) / rate * 1e9)
	tokens := max(2, int(triedFor/every))
	p := drive(b, d, url, Every(every), n, tokens)
	lag, pace := *stats.NewSample(p.lags).Percentile(99), *stats.NewSample(p.paces).Percentile(50)*float64(every)
	return lag < float64(lagged) && pace >= onPace
}
