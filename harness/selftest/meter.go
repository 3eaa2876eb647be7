// Package selftest asks a client runtime for answers that are known beforehand,
// before it is believed about servers whose answers are not. There are two tests:
//
//   - Read lets it measure one plain server right before a session. What it is off
//     by then is the noise floor: no difference that the session shows on this
//     machine, as busy as it is, is known better.
//   - A Test lets it measure servers that stream in every way a real one may, and
//     sets the truth beside what it measured.
//
// Nothing is asserted here; readings and answers are kept with the session.
//
// # Shape
//
//	Read      one plain server: a Reading, and its Floor
//	Case      what the servers do, and Cases, the table of them
//	Test      a runtime that is asked: Run (one case, thoroughly) or Quick (every way
//	          a stream can come and one contention, in a second or two)
//	Answer    a case's truth beside what was measured
//	Table     answers for a reader
//
// Package suites/overhead holds every runtime's answers to margins; a session on
// real servers asks quickly before it begins, and keeps what it saw.
//
// # Which truth
//
// There are two. The schedule says when a server was to do what; the packets are
// what it wrote and when, on the clock of the client. Each quantity has the one
// that is its own:
//
//	chunks, failed calls   packets: a client cannot have more than was written
//	TTFT, gaps,            packets. A client that sees a late packet late tells
//	decode rate            the truth, and the schedule would call it a liar. TTFT
//	                       begins where the server received the request, not
//	                       where the client stamped it: or a client that stamps
//	                       too early would never be found
//	wall, speedup          schedule. They are promises about whole passes, final
//	                       chunks, the time between two calls and the contention
//	                       that was set; there is no packet that ends them, and a
//	                       simulator that broke them would excuse itself
//
// The quantities of the packets are those of package metric, applied to a call
// whose stamps are the server's. That they are right is not seen by comparing them
// with themselves: in virtual time, where nothing is late, a test holds every
// truth to figures worked out by hand.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"math"
	gometrics "runtime/metrics"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
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
	plain, pace := named("fixed pace"), Pace{TTFT: TTFT, Token: Token, Tokens: Tokens, Calls: Calls}
	servers, err := Test{}.start(ctx, pace, plain)
	if err != nil {
		return Reading{}, err
	}
	defer func() { err = errors.Join(err, servers.Close(context.WithoutCancel(ctx))) }()
	pauses := gcPauses()
	late := lateness(ctx)
	res, err := d.Run(ctx, request(newLane(servers, 0, pace, plain), newLane(servers, 1, pace, plain)))
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

func percentile(values []*float64, p float64) float64 {
	if v := stats.NewSample(values).Percentile(p); v != nil {
		return *v
	}
	return 0
}

// spread is how far values are from their median: the 99th percentile. An error
// that all calls have alike is in the passes that are compared alike; this one
// is not.
func spread(values []*float64) float64 {
	middle := percentile(values, 50)
	var off []*float64
	for _, v := range values {
		d := math.Abs(*v - middle)
		off = append(off, &d)
	}
	return percentile(off, 99)
}
