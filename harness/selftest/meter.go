package selftest

import (
	"context"
	"errors"
	"fmt"
	"math"
	gometrics "runtime/metrics"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/workload"
)

// The truth: two agents at once on servers that do not feel each other, each with
// calls of some tokens.
const (
	TTFT   = 50 * time.Millisecond
	Token  = 5 * time.Millisecond
	Calls  = 3
	Tokens = 40
)

// Reading is what a runtime made of the truth.
type Reading = record.MeterReading

// Read lets a runtime measure. What fails is in the reading: a meter that cannot
// be tried is no reason not to measure, but one to say so. The error is for a
// context that ended.
func Read(ctx context.Context, d driver.Driver) (Reading, error) {
	r, err := read(ctx, d)
	if ctx.Err() != nil {
		return r, context.Cause(ctx)
	}
	if err != nil {
		return Reading{Runtime: d.Name(), Failure: err.Error()}, nil
	}
	return r, nil
}

func read(ctx context.Context, d driver.Driver) (_ Reading, err error) {
	none := 0.0
	servers, err := sim.Start(ctx, sim.Config{Models: []string{"paced"}, Loss: &none, Exact: &sim.Exact{TTFT: TTFT, Token: Token}})
	if err != nil {
		return Reading{}, err
	}
	defer func() { err = errors.Join(err, servers.Close(context.WithoutCancel(ctx))) }()
	req := driver.Request{SilenceNS: int64(10 * time.Second), KeepAlive: "5m", KeepChunks: true}
	for _, e := range servers.Endpoints() {
		a := driver.Agent{ID: e.ID, Endpoint: e.URL, Model: "paced", Options: record.Options{NumCtx: 2048}}
		for i := range Calls {
			a.Calls = append(a.Calls, workload.Call{Prompt: fmt.Sprintf("[%d] go", i), Seed: i + 1, NumPredict: Tokens})
		}
		req.Agents = append(req.Agents, a)
	}
	pauses := gcPauses()
	late := lateness(ctx)
	res, err := d.Run(ctx, req)
	timer := late()
	if err != nil {
		return Reading{}, err
	}
	for _, c := range res.Calls {
		if c.Error != "" {
			return Reading{}, errors.New(c.Error)
		}
	}
	r := compare(res)
	r.Runtime, r.TimerNS, r.GCPauseNS = d.Name(), timer, gcPauses()-pauses
	return r, nil
}

// compare sets a pass beside the truth.
func compare(res driver.Result) Reading {
	var ttft, off, whole, gaps, rates []*float64
	add := func(to *[]*float64, v float64) { *to = append(*to, &v) }
	for i := range res.Calls {
		c := &res.Calls[i]
		e := *metric.TTFT(c) - float64(TTFT)
		add(&ttft, e)
		add(&off, math.Abs(e))
		add(&whole, float64(c.EndNS-c.RequestNS)-float64(TTFT+Tokens*Token))
		deltas, _ := metric.Gaps(c)
		for _, g := range deltas {
			add(&gaps, math.Abs(float64(g-int64(Token))))
		}
		if rate := metric.DecodeClient(c); rate != nil {
			add(&rates, *rate*Token.Seconds()-1)
		}
	}
	wall := res.EndNS - res.GunNS
	// A call ends with its final chunk, one Token after the last one with text.
	truth := Calls * (TTFT + Tokens*Token)
	return Reading{
		Client: res.Client.Runtime, StartNS: float64(max(0, res.Client.StartupNS)),
		TTFTNS: percentile(ttft, 50), TTFTP99NS: percentile(off, 99), TTFTOffNS: spread(ttft), ITLP99NS: percentile(gaps, 99),
		CallNS: percentile(whole, 50), CallOffNS: spread(whole),
		Rate: percentile(rates, 50), WallNS: float64(wall - int64(truth)), CPU: float64(res.Client.CPUNS) / float64(max(1, wall)),
	}
}

// lateness watches how late timers of 1 ms fire until the function it returns is
// called, which returns the 99th percentile in nanoseconds: what the machine is
// busy with beside us.
func lateness(ctx context.Context) func() float64 {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan stats.Sample)
	go func() {
		var seen []*float64
		for ctx.Err() == nil {
			began := time.Now()
			time.Sleep(time.Millisecond)
			v := float64(time.Since(began) - time.Millisecond)
			seen = append(seen, &v)
		}
		done <- stats.NewSample(seen)
	}()
	return func() float64 {
		stop()
		if v := (<-done).Percentile(99); v != nil {
			return *v
		}
		return 0
	}
}

// gcPauses is how long this process has stood still for its garbage collector,
// in nanoseconds: the middles of the runtime's histogram, summed.
func gcPauses() float64 {
	s := []gometrics.Sample{{Name: "/sched/pauses/total/gc:seconds"}}
	gometrics.Read(s)
	if s[0].Value.Kind() != gometrics.KindFloat64Histogram {
		return 0
	}
	h := s[0].Value.Float64Histogram()
	var sum float64
	for i, n := range h.Counts {
		lo, hi := h.Buckets[i], h.Buckets[i+1]
		if n > 0 && !math.IsInf(lo, 0) && !math.IsInf(hi, 0) {
			sum += float64(n) * (lo + hi) / 2 * 1e9
		}
	}
	return sum
}

// Lines are readings as a session announces them.
func ReadingLines(readings []Reading) string {
	var b strings.Builder
	for _, r := range readings {
		fmt.Fprintf(&b, "# meter, against a known answer: %s\n", r)
	}
	return b.String()
}
