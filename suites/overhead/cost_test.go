package overhead

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/workload"
)

// streams are how many agents are driven at once.
var streams = []int{2, 64, 256, 1024}

// all is how many tokens a pass of the unpaced modes has, shared by its streams.
const all = 400_000

// pacedFor is how long a paced pass takes.
const pacedFor = 3 * time.Second

// BenchmarkCost is what driving streams costs each client: CPU seconds per
// million tokens of the client's own process, as fast as tokens come (flat: one
// per packet; coalesced: many) and at 100 tok/s a stream; there also how late
// the client sees a token after the server wrote it, and how many of those that
// were due were delivered in time for the pass.
func BenchmarkCost(b *testing.B) {
	url := startFlood(b)
	everyRuntime(b, func(name string, d driver.Driver) {
		for _, mode := range []string{Flat, Coalesced, Paced} {
			for _, n := range streams {
				b.Run(fmt.Sprintf("runtime=%s/mode=%s/streams=%d", name, mode, n), func(b *testing.B) {
					cost(b, d, url, mode, n)
				})
			}
		}
	})
}

// everyRuntime calls f with each runtime that this machine has.
func everyRuntime(b *testing.B, f func(name string, d driver.Driver)) {
	for _, name := range driver.Names() {
		found, missing, err := driver.Find(b.Context(), []string{name}, driver.Options{})
		require.NoError(b, err)
		if len(missing) > 0 {
			b.Log("left out: ", missing[0])
			continue
		}
		f(name, found[name])
	}
}

func cost(b *testing.B, d driver.Driver, url, mode string, n int) {
	tokens := all / n
	if mode == Paced {
		tokens = int(pacedFor / Interval)
	}
	var total drove
	for b.Loop() {
		p := drive(b, d, url, mode, n, tokens)
		total.cpu, total.seen, total.wall = total.cpu+p.cpu, total.seen+p.seen, total.wall+p.wall
		total.lags = append(total.lags, p.lags...)
	}
	b.ReportMetric(total.cpu/1e9/(total.seen/1e6), "cpu-s/Mtok")
	b.ReportMetric(total.seen/(total.wall/1e9), "tok/s")
	if mode == Paced {
		b.ReportMetric(*stats.NewSample(total.lags).Percentile(99), "p99-lag-ns")
		due := float64(n*b.N) * float64(tokens)
		b.ReportMetric(100*due*float64(Interval)/float64(n)/total.wall, "on-pace-%")
	}
}

// drove is what came of a pass: nanoseconds, and tokens seen.
type drove struct {
	cpu, wall, seen float64
	lags            []*float64 // of every token of a paced stream
	paces           []*float64 // of every paced stream, tokens per nanosecond
}

// drive makes a pass of n streams of some tokens.
func drive(b *testing.B, d driver.Driver, url, model string, n, tokens int) drove {
	paced := strings.HasPrefix(model, Paced)
	req := driver.Request{SilenceNS: int64(30 * time.Second), KeepAlive: "5m", KeepChunks: paced}
	for i := range n {
		req.Agents = append(req.Agents, driver.Agent{
			ID: "a" + strconv.Itoa(i), Endpoint: url, Model: model,
			Calls: []workload.Call{{Prompt: "go", Seed: i + 1, NumPredict: tokens}},
		})
	}
	res, err := d.Run(b.Context(), req)
	require.NoError(b, err)
	p := drove{cpu: float64(res.Client.CPUNS), wall: float64(res.EndNS - res.GunNS)}
	for i := range res.Calls {
		require.Empty(b, res.Calls[i].Error)
		p.seen += float64(res.Calls[i].Chunks)
		if paced {
			c := &res.Calls[i]
			p.lags = append(p.lags, lag(b, url, c)...)
			pace := float64(c.Chunks-1) / float64(*c.LastTokenNS-*c.FirstNS)
			p.paces = append(p.paces, &pace)
		}
	}
	return p
}

// lag is how long after the server wrote them a client saw a call's tokens, in
// nanoseconds.
func lag(b *testing.B, url string, c *record.Call) []*float64 {
	sent, err := Sent(b.Context(), url, c.Seed)
	require.NoError(b, err)
	require.Len(b, c.DeltasNS, len(sent))
	out := make([]*float64, len(sent))
	at := c.RequestNS
	for i, d := range c.DeltasNS {
		at += d
		late := float64(at - sent[i])
		out[i] = &late
	}
	return out
}
