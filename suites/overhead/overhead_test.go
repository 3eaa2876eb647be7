package overhead

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/drivertest"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/server"
	"github.com/chimeraforge/duet/harness/server/sim"
)

// The truth.
const (
	ttft     = 100 * time.Millisecond
	token    = 10 * time.Millisecond
	attempts = 5
)

// margins are how far from the truth a runtime may be; none where they are zero.
type margins struct {
	median, p99 time.Duration // of the error of TTFT
	gap, wall   time.Duration // p90 of the errors of all gaps; of a call's wall, median
	rate, speed float64       // relative
}

var (
	native  = margins{500 * time.Microsecond, 2 * time.Millisecond, 500 * time.Microsecond, time.Millisecond, 0.002, 0.01}
	asyncio = margins{2 * time.Millisecond, 8 * time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond, 0.005, 0.02}

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
		if err = measure(); err == nil {
			return
		}
		t.Logf("attempt %d: %v", i+1, err)
	}
	t.Error(err)
}

// paced starts a simulator with a known answer.
func paced(t *testing.T, loss float64, ttft, token time.Duration) *sim.Servers {
	t.Helper()
	s, err := sim.Start(t.Context(), sim.Config{
		Models: []string{"paced"}, Loss: &loss, Exact: &sim.Exact{TTFT: ttft, Token: token},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	return s
}

// pass drives agents on some of the endpoints, with calls of a number of tokens.
func pass(t *testing.T, d driver.Driver, kind string, calls, tokens int, eps ...server.Endpoint) metrics.Pass {
	t.Helper()
	req := driver.Request{SilenceNS: int64(10 * time.Second), KeepAlive: "5m", KeepChunks: true}
	p := metrics.Pass{Kind: kind}
	for _, ep := range eps {
		a := driver.Agent{ID: ep.ID, Endpoint: ep.URL, Model: "paced", Options: metrics.Options{NumCtx: 2048}}
		for i := range calls {
			a.Calls = append(a.Calls, driver.Call{Prompt: fmt.Sprintf("[%d %s] go", i, kind), Seed: i + 1, NumPredict: tokens})
		}
		req.Agents = append(req.Agents, a)
		p.Agents = append(p.Agents, ep.ID)
	}
	res, err := d.Run(t.Context(), req)
	require.NoError(t, err)
	for _, c := range res.Calls {
		require.Empty(t, c.Error)
	}
	p.GunNS, p.EndNS, p.Calls = res.GunNS, res.EndNS, res.Calls
	return p
}

func TestTTFTAndRateOfAPacedServer(t *testing.T) {
	drivertest.Every(t, func(t *testing.T, d driver.Driver) {
		s := paced(t, 0, ttft, token)
		eventually(t, func() error {
			return within(t, allowed[d.Name()], pass(t, d, metrics.PassConcurrent, 12, 20, s.Endpoints()...))
		})
	})
}

// within compares the calls of a pass with the truth and prints both.
func within(t *testing.T, m margins, p metrics.Pass) error {
	var late, rates []*float64
	for i := range p.Calls {
		off := math.Abs(*analysis.TTFT(&p.Calls[i]) - float64(ttft))
		late = append(late, &off)
		rates = append(rates, analysis.DecodeClient(&p.Calls[i]))
	}
	sample := analysis.NewSample(late)
	median, p99 := *sample.Percentile(50), *sample.Percentile(99)
	rate := *analysis.NewSample(rates).Percentile(50)
	t.Logf("TTFT of %v: off by %.3f ms in the median, %.3f ms at p99 (%d calls); decode rate %.3f tok/s of 100",
		ttft, median/1e6, p99/1e6, sample.N(), rate)
	switch {
	case m == margins{}:
		return nil
	case median > float64(m.median):
		return fmt.Errorf("TTFT is off by %.3f ms in the median; the margin is %v", median/1e6, m.median)
	case p99 > float64(m.p99):
		return fmt.Errorf("TTFT is off by %.3f ms at p99; the margin is %v", p99/1e6, m.p99)
	case math.Abs(rate/100-1) > m.rate:
		return fmt.Errorf("decode rate is %.3f tok/s of 100; the margin is %.1f %%", rate, m.rate*100)
	}
	return nil
}
