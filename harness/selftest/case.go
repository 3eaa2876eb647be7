package selftest

import (
	"math"
	"time"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Pace is how fast the servers are and how long a call is.
type Pace struct {
	TTFT, Token time.Duration
	Tokens      int // of a call
	Calls       int // of an agent
	Pairs       int // the same, where the speedup is asked for
}

// The two paces at which runtimes are asked.
var (
	thorough = Pace{TTFT: 100 * time.Millisecond, Token: 10 * time.Millisecond, Tokens: 20, Calls: 4, Pairs: 2}
	quick    = Pace{TTFT: 50 * time.Millisecond, Token: 5 * time.Millisecond, Tokens: 16, Calls: 1, Pairs: 1}
)

// Case is one thing that servers do.
type Case struct {
	Name string
	Does string // in a few words
	// What the servers have beside their pace: jitter, a fault of every call, the
	// contention of two agents.
	Jitter time.Duration
	Fault  sim.Fault
	Loss   float64
	Pair   bool // two agents, each alone and then together: the speedup is asked for
}

// Cases is the table.
var Cases = []Case{
	{Name: "fixed pace", Does: "one token a packet, evenly"},
	{Name: "jitter", Does: "every gap up to 4 ms longer or shorter, the pace kept", Jitter: 4 * time.Millisecond},
	{Name: "bursts", Does: "four tokens a packet, when the last of them is due", Fault: sim.Fault{Kind: sim.Burst, Count: 4}},
	{Name: "split chunks", Does: "each chunk in three packets, 1 ms apart", Fault: sim.Fault{Kind: sim.Split, Count: 3, Delay: time.Millisecond}},
	{Name: "empty chunks first", Does: "three chunks without text at once, long before the first token", Fault: sim.Fault{Kind: sim.EmptyFirst, Count: 3}},
	{Name: "role first", Does: "a chunk with a role and no text at once, long before the first token", Fault: sim.Fault{Kind: sim.RoleFirst}},
	{Name: "stall", Does: "nothing for 150 ms after half of the tokens, then all that is due", Fault: sim.Fault{Kind: sim.Stall, Delay: 150 * time.Millisecond}},
	{Name: "cut off", Does: "the connection closed after half of the tokens", Fault: sim.Fault{Kind: sim.Cut}},
	{Name: "two, no contention", Does: "a GPU each", Pair: true},
	{Name: "two, mild contention", Does: "three quarters of the speed each", Pair: true, Loss: 0.25},
	{Name: "two, taking turns", Does: "half of the speed each", Pair: true, Loss: 0.5},
	{Name: "two, worse than turns", Does: "three tenths of the speed each", Pair: true, Loss: 0.7},
}

// calls is how many an agent makes of a case.
func (p Pace) calls(c *Case) int {
	if c.Pair {
		return p.Pairs
	}
	return p.Calls
}

// named is a case of the table.
func named(name string) *Case {
	for i := range Cases {
		if Cases[i].Name == name {
			return &Cases[i]
		}
	}
	panic("known: no case " + name)
}

// wall is how long the schedule makes a call, of which nothing is left where it is
// cut off: the GPU's work, or the stall's end where that is later.
func (c *Case) wall(p Pace) *float64 {
	if c.Fault.Kind == sim.Cut {
		return nil
	}
	w := p.TTFT + time.Duration(p.Tokens)*p.Token
	if c.Fault.Kind == sim.Stall {
		w = max(w, p.TTFT+time.Duration(p.Tokens/2)*p.Token+c.Fault.Delay)
	}
	return new(float64(w) / c.eta())
}

// speedup is what two agents must come to, where that is asked.
func (c *Case) speedup() *float64 {
	if !c.Pair {
		return nil
	}
	return new(gpu.TrueSpeedup(c.Loss, 2))
}

func (c *Case) eta() float64 { return gpu.Eta(c.Loss, 2) }

// Answer is what a runtime made of a case, beside the truth.
type Answer = record.KnownAnswer

// Quantities are what a case comes to.
type Quantities = record.KnownQuantities

// answer compares the calls of a case; the speedup is that of two passes.
func (c *Case) answer(runtime string, p Pace, calls []call, speedup *float64) Answer {
	a := Answer{Runtime: runtime, Case: c.Name, Calls: len(calls)}
	var measured, truth []*record.Call
	var walls []*float64
	for i := range calls {
		measured, truth = append(measured, &calls[i].measured), append(truth, &calls[i].written)
		walls = append(walls, new(float64(calls[i].measured.EndNS-calls[i].began)))
	}
	a.Measured, a.True = quantities(measured), quantities(truth)
	if a.Measured.Failed == 0 {
		a.Measured.Wall = stats.NewSample(walls).Percentile(50)
		off := gapErrors(measured, truth)
		a.GapOffP90, a.GapOffP99 = off.Percentile(90), off.Percentile(99)
	}
	a.True.Wall, a.True.Speedup, a.Measured.Speedup = c.wall(p), c.speedup(), speedup
	return a
}

// quantities are those that follow from the calls alone.
func quantities(calls []*record.Call) Quantities {
	var q Quantities
	var ttft, rate, gaps []*float64
	for _, c := range calls {
		q.Chunks += c.Chunks
		if c.Error != "" {
			q.Failed++
		}
		ttft, rate = append(ttft, metric.TTFT(c)), append(rate, metric.DecodeClient(c))
		deltas, _ := metric.Gaps(c)
		for _, g := range deltas {
			gaps = append(gaps, new(float64(g)))
		}
	}
	if q.Failed > 0 {
		return q
	}
	q.TTFT, q.Rate = stats.NewSample(ttft).Percentile(50), stats.NewSample(rate).Percentile(50)
	s := stats.NewSample(gaps)
	q.GapP50, q.GapP90, q.GapP99, q.GapMax = s.Percentile(50), s.Percentile(90), s.Percentile(99), s.Max()
	return q
}

// gapErrors goes gap by gap; it is empty where a call has another number of them.
func gapErrors(measured, truth []*record.Call) stats.Sample {
	var off []*float64
	for i := range measured {
		m, _ := metric.Gaps(measured[i])
		t, _ := metric.Gaps(truth[i])
		if len(m) != len(t) {
			return stats.Sample{}
		}
		for k := range m {
			off = append(off, new(math.Abs(float64(m[k]-t[k]))))
		}
	}
	return stats.NewSample(off)
}
