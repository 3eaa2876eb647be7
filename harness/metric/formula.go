package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// The formulas of the table of metrics. Those of a run are made of its agents' in
// each pass (agent.go); one agent without its number makes any of them absent,
// because a sum or a mean over fewer agents is another quantity.

// in are the agents of the passes of a kind.
func (r *Row) in(pass string) []record.AgentDerived {
	return slices.DeleteFunc(slices.Clone(r.D.Agents), func(a record.AgentDerived) bool { return a.Pass != pass })
}

func (r *Row) together() []record.AgentDerived { return r.in(record.PassConcurrent) }

// alone are the solo numbers of those who were together, empty for who has none.
func (r *Row) alone() []record.AgentDerived {
	out := r.together()
	for i, a := range out {
		out[i] = FindAgent(&r.D, record.PassSolo, a.Agent)
	}
	return out
}

// MeasuredPass is the kind of the pass that a run is about: the concurrent one, or
// the tuned one where one agent was measured with two sets of options.
func (r *Row) MeasuredPass() string {
	if slices.ContainsFunc(r.D.Agents, func(a record.AgentDerived) bool { return a.Pass == record.PassTuned }) {
		return record.PassTuned
	}
	return record.PassConcurrent
}

// wallTime is the latest agent end − the gun. It is taken from the calls, not from
// the driver's word for the end, so that Σ d / wall can never leave [1, N].
func wallTime(r *Row) *float64 { return stats.Float(latest(r.in(r.MeasuredPass()))) }

// tokensTotal is over the agents of the measured pass.
func tokensTotal(r *Row) *float64 { return stats.Float(total(r.in(r.MeasuredPass()), tokensOfAgent)) }

// rateOf is tokens over a time.
func rateOf(tokens, ns *int64) *float64 {
	return stats.Over(stats.Float(tokens), seconds(ns))
}

// seconds is a duration as rates divide by it.
func seconds(ns *int64) *float64 { return stats.Scaled(stats.Float(ns), 1e-9) }

// aggregateRate is what the machine gave: Σ tokens over the time until the last
// agent ended. After the first has ended fewer than N are at work: balance says for
// how long.
func aggregateRate(r *Row) *float64 {
	return rateOf(total(r.together(), tokensOfAgent), latest(r.together()))
}

// soloRate is the rate of the agents one after the other: Σ k' / Σ s. It is a ratio
// of sums and not a mean of rates, because that is what taking turns would give.
func soloRate(r *Row) *float64 {
	return rateOf(total(r.alone(), tokensOfAgent), total(r.alone(), wallOf))
}

// speedup is the one that sees contention: its denominator was measured without
// any.
func speedup(r *Row) *float64 { return stats.Over(aggregateRate(r), soloRate(r)) }

// speedupClient is Σ d / wall, TR116's Rust formula. No agent takes longer than the
// wall, so it lies in [1, N] whatever happens: two agents that slow each other down
// to a tenth still have 2 when they end together.
func speedupClient(r *Row) *float64 {
	return stats.Over(seconds(total(r.together(), wallOf)), seconds(latest(r.together())))
}

// speedupServer is TR116's Python formula. It takes the server's word for the time
// on a call, without load and queue. Contention makes that time longer as it does
// the wall, so it is as blind; an agent that waits in a queue lowers it.
func speedupServer(r *Row) *float64 {
	passes := r.Run.PassesOf(record.PassConcurrent)
	if len(passes) == 0 {
		return nil
	}
	return stats.Over(seconds(busy(passes[0])), seconds(latest(r.together())))
}

// busy is the server's time summed over all calls of a pass. An agent that
// failed makes it absent.
func busy(p *record.Pass) *int64 {
	return Sum(p.Agents, func(id string) *int64 {
		calls := p.CallsOf(id)
		if len(calls) == 0 || anyFailed(calls) {
			return nil
		}
		return Sum(calls, busyNS)
	})
}

// percentOfN is a speedup of N agents as a percentage of N, so that numbers of
// agents compare: 100 % is a machine for each.
func percentOfN(of pick) pick {
	return func(r *Row) *float64 { return stats.Scaled(of(r), 100/float64(len(r.together()))) }
}

// balance is min d / max d: 1 when the agents ended together.
func balance(r *Row) *float64 { return balanceOf(r.together()) }

// jain is Jain's fairness index of the agents' rates.
func jain(r *Row) *float64 { return jainOf(r.together()) }

// tunedOverBaseline compares the two sets of options of one agent, within a run:
// what drifts from run to run is in both.
func tunedOverBaseline(r *Row) *float64 {
	return stats.Over(meanIn(record.PassTuned, decodeServer)(r), meanIn(record.PassBaseline, decodeServer)(r))
}

// delta is insight − collector: absent where a run has no agents of these names.
func delta(of agentPick) pick {
	return func(r *Row) *float64 {
		c, i := studyPair(&r.D)
		return stats.Minus(of(i), of(c))
	}
}

// contentionMeasured is slower together than taking turns. It is the worst case:
// agents that cost each other a third are not flagged.
func contentionMeasured(r *Row) *float64 {
	return YesNo(stats.Below(speedup(r), contended))
}

// contentionStudy is the study's rule, on a speedup that cannot see contention. It
// flags runs whose agents ended far apart.
func contentionStudy(r *Row) *float64 {
	return YesNo(stats.Below(speedupClient(r), contendedTR116*float64(len(r.together()))))
}

// YesNo is a flag as a number, so that its mean is a share.
func YesNo(b *bool) *float64 {
	switch {
	case b == nil:
		return nil
	case *b:
		return stats.Finite(1)
	}
	return stats.Finite(0)
}

// agentPick takes one quantity from an agent's numbers in a pass.
type agentPick = func(record.AgentDerived) *float64

// agentValue is one that is kept by its name.
func agentValue(name string) agentPick {
	return func(a record.AgentDerived) *float64 { return a.Get(name) }
}

// decodeServer and those below are quantities of one agent that formulas ask for
// often.
func decodeServer(a record.AgentDerived) *float64 { return a.Get("decode_server") }
func ttftNS(a record.AgentDerived) *float64       { return a.Get("ttft_ns") }
func eta(a record.AgentDerived) *float64          { return a.Get("eta") }

func wallOf(a record.AgentDerived) *int64        { return a.Whole("wall_ns") }
func tokensOfAgent(a record.AgentDerived) *int64 { return a.Whole("tokens") }

// meanIn is the mean over the agents of a pass, meanMeasured that of the measured
// pass.
func meanIn(pass string, of agentPick) pick {
	return func(r *Row) *float64 { return mean(r.in(pass), of) }
}

func meanMeasured(of agentPick) pick {
	return func(r *Row) *float64 { return mean(r.in(r.MeasuredPass()), of) }
}

// Sum adds up a quantity; one item without it makes the sum absent, because a sum
// over fewer is another quantity.
func Sum[T any, N int64 | float64](items []T, of func(T) *N) *N {
	var out N
	for _, it := range items {
		v := of(it)
		if v == nil {
			return nil
		}
		out += *v
	}
	return &out
}

// mean adds before it divides: the order of rounding is part of a definition
// whose numbers are compared to the last digit.
func mean[T any](items []T, of func(T) *float64) *float64 {
	n := float64(len(items))
	return stats.Over(Sum(items, of), &n)
}

// overAgents is a statistic over the agents of the measured pass; one agent without
// the quantity makes it absent, for the least of fewer agents may be another one's.
func overAgents(of agentPick, statistic func(stats.Sample) *float64) pick {
	return func(r *Row) *float64 {
		agents := r.in(r.MeasuredPass())
		s := stats.SampleOf(len(agents), func(i int) *float64 { return of(agents[i]) })
		if s.Absent > 0 {
			return nil
		}
		return statistic(s)
	}
}

// ttftPercentile and gapPercentile are over the calls of the measured pass. Gaps
// of chunks that hold several tokens are inter-chunk latencies, another quantity.
func ttftPercentile(p float64) pick {
	return func(r *Row) *float64 {
		calls := r.calls()
		return stats.SampleOf(len(calls), func(i int) *float64 { return TTFT(calls[i]) }).Percentile(p)
	}
}

// gapPercentile pools the gaps of all calls, so a long reply counts for more than a
// short one. One call whose chunks hold several tokens makes it absent.
func gapPercentile(p float64) pick {
	return func(r *Row) *float64 {
		var gaps []float64
		for _, c := range r.calls() {
			g, perToken := Gaps(c)
			if !perToken {
				return nil
			}
			for _, ns := range g {
				gaps = append(gaps, float64(ns))
			}
		}
		slices.Sort(gaps)
		return stats.Sample{Values: gaps}.Percentile(p)
	}
}

// calls are those of the measured pass.
func (r *Row) calls() (out []*record.Call) {
	kind := r.MeasuredPass()
	for p, c := range r.Run.Work() {
		if p.Kind == kind {
			out = append(out, c)
		}
	}
	return out
}

// energyPick takes one quantity from the energy of a kind of pass.
type energyPick = func(*record.PassEnergy) *float64

// jPerTok and peakVRAM are asked for by runs and by passes.
func jPerTok(e *record.PassEnergy) *float64  { return e.JPerTok }
func peakVRAM(e *record.PassEnergy) *float64 { return stats.Float(e.PeakVRAMB) }

// energyMeasured is a quantity of the energy of the measured pass.
func energyMeasured(of energyPick) pick {
	return func(r *Row) *float64 { return ofPass(r.MeasuredPass(), of)(r) }
}

// clientStart is how long the client's process took to get ready for a pass, the
// mean over the run's; absent where it lives in duet's own.
func clientStart(r *Row) *float64 {
	return mean(r.Run.Passes, func(p record.Pass) *float64 {
		if p.Client == nil || p.Client.StartupNS <= 0 {
			return nil
		}
		return stats.Float(&p.Client.StartupNS)
	})
}

// Over the agents of a pass; one agent without its number makes any of these
// absent.

// total adds a quantity over agents, absent where there are none.
func total(agents []record.AgentDerived, of func(record.AgentDerived) *int64) *int64 {
	if len(agents) == 0 {
		return nil
	}
	return Sum(agents, of)
}

// latest is the pass's wall time, the latest agent end minus the gun. It is
// taken from the calls, not from the driver's word for the end, so that
// Σ d / wall can never leave [1, N].
func latest(agents []record.AgentDerived) *int64 {
	var out int64
	for _, a := range agents {
		wall := a.Whole("wall_ns")
		if wall == nil {
			return nil
		}
		out = max(out, *wall)
	}
	if len(agents) == 0 {
		return nil
	}
	return &out
}

// balanceOf is min d / max d. It looks at times: an agent whose reply was shorter
// ends sooner and makes it low, although nobody was served worse. jainOf looks at
// rates, and so stands beside it.
func balanceOf(agents []record.AgentDerived) *float64 {
	hi := latest(agents)
	if hi == nil {
		return nil
	}
	lo := *hi
	for _, a := range agents {
		lo = min(lo, *a.Whole("wall_ns"))
	}
	return stats.Over(stats.Float(&lo), stats.Float(hi))
}

// jainOf is Jain's fairness index of the agents' rates, (Σ r)² / (N Σ r²): 1 when
// all were served alike, 1/N when one got everything.
func jainOf(agents []record.AgentDerived) *float64 {
	var s, q float64
	for _, a := range agents {
		rate := a.Get("rate")
		if rate == nil {
			return nil
		}
		s += *rate
		q += *rate * *rate
	}
	square, bottom := s*s, float64(len(agents))*q
	return stats.Over(&square, &bottom)
}
