package metric

import (
	"cmp"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// reading is a value at a time: of a counter, or of a gauge.
type reading struct {
	at int64 // ns since the run's origin
	v  float64
}

// times are when a device was sampled.
func times(d *record.Device) []int64 {
	out := make([]int64, len(d.AtNS))
	at := int64(0)
	for i, ns := range d.AtNS {
		at += ns
		out[i] = at
	}
	return out
}

// readings are the values of a column that are present.
func readings(at []int64, c *record.Column) []reading {
	if c == nil {
		return nil
	}
	out := make([]reading, 0, len(c.Values))
	for i, v := range c.Expand(len(at)) {
		if v != nil {
			out = append(out, reading{at[i], float64(*v)})
		}
	}
	return out
}

// joules is a device's energy in spans and how it was found: the difference of
// its energy counter where it has one, else the integral of its power. Between
// two readings a counter grows, and power changes, in a straight line. Absent
// where the readings do not reach from one end of a span to the other.
func joules(d *record.Device, spans []span) (*float64, string) {
	at := times(d)
	method, rs, upTo := record.EnergyCounter, readings(at, d.EnergyUJ), counted
	if len(rs) < 2 {
		method, rs, upTo = record.EnergySamples, readings(at, d.PowerMW), integral
	}
	if len(rs) < 2 {
		return nil, ""
	}
	var sum float64
	for _, s := range spans {
		if s.from < rs[0].at || s.to > rs[len(rs)-1].at {
			return nil, method
		}
		sum += upTo(rs, s)
	}
	return stats.Finite(sum), method
}

// counted is the growth of a counter of microjoules over a span, in joules.
func counted(rs []reading, s span) float64 { return (at(rs, s.to) - at(rs, s.from)) / 1e6 }

// at is the value at a time, on the straight line between its neighbours. Of two
// readings at that very time, a step, it is the first.
func at(rs []reading, t int64) float64 {
	i, found := slices.BinarySearchFunc(rs, t, func(r reading, t int64) int { return cmp.Compare(r.at, t) })
	switch {
	case found || i == 0:
		return rs[min(i, len(rs)-1)].v
	case i == len(rs):
		return rs[i-1].v
	}
	a, b := rs[i-1], rs[i]
	return a.v + (b.v-a.v)*float64(t-a.at)/float64(b.at-a.at)
}

// after is at, but of two readings the last.
func after(rs []reading, t int64) float64 {
	i, _ := slices.BinarySearchFunc(rs, t+1, func(r reading, t int64) int { return cmp.Compare(r.at, t) })
	if i > 0 && rs[i-1].at == t {
		return rs[i-1].v
	}
	return at(rs, t)
}

// integral is the energy of milliwatts over a span by the trapezoidal rule, in
// joules.
func integral(rs []reading, s span) float64 {
	last := reading{s.from, after(rs, s.from)}
	var sum float64
	step := func(r reading) {
		sum += (last.v + r.v) / 2 * float64(r.at-last.at) / 1e12
		last = r
	}
	for _, r := range rs {
		if r.at > s.from && r.at < s.to {
			step(r)
		}
	}
	step(reading{s.to, at(rs, s.to)})
	return sum
}

// inside are the readings that lie in spans. It reuses rs: who needs the rest
// afterwards gives it a copy.
func inside(rs []reading, spans []span) []reading {
	return slices.DeleteFunc(rs, func(r reading) bool { return !within(spans, r.at) })
}

// evidence are the readings that a device's energy in spans rests on: of the
// counter or of power.
func evidence(d *record.Device, spans []span) []reading {
	rs := readings(times(d), d.EnergyUJ)
	if len(rs) < 2 {
		rs = readings(times(d), d.PowerMW)
	}
	return inside(rs, spans)
}

// peakPower is the highest power in the spans, watts, of all devices at once: of the
// power samples, or where a device has none, of the steps of its counter.
// Several devices are sampled in one go, so their samples are added place by
// place; absent where they do not match.
func peakPower(devices []*record.Device, spans []span) *float64 {
	var sum []reading
	for i, d := range devices {
		rs := powerOf(d)
		if i > 0 && len(rs) != len(sum) {
			return nil
		}
		for k, r := range rs {
			if i == 0 {
				sum = append(sum, r)
			} else {
				sum[k].v += r.v
			}
		}
	}
	var most *float64
	for _, r := range inside(sum, spans) {
		if most == nil || r.v > *most {
			most = &r.v
		}
	}
	return stats.Scaled(most, 1e-3)
}

// powerOf is a device's power over time, milliwatts. A counter's steps are taken
// over at least powerStepNS, or its own grain would look like peaks; each
// stands in the middle of its step.
func powerOf(d *record.Device) []reading {
	if rs := readings(times(d), d.PowerMW); len(rs) > 0 {
		return rs
	}
	var out []reading
	rs := readings(times(d), d.EnergyUJ)
	for i, from := 1, 0; i < len(rs); i++ {
		if ns := rs[i].at - rs[from].at; ns >= powerStepNS {
			out = append(out, reading{rs[from].at + ns/2, (rs[i].v - rs[from].v) / float64(ns) * 1e6})
			from = i
		}
	}
	return out
}

// Throttle reasons that mean that a GPU runs slower than it would: NVML's bits
// of clock event reasons. The others say that it is idle, or that somebody set
// its clocks.
var throttling = []struct {
	bit  int64
	name string
}{
	{0x04, "software power cap"},
	{0x08, "hardware slowdown"},
	{0x20, "software thermal slowdown"},
	{0x40, "hardware thermal slowdown"},
	{0x80, "hardware power brake"},
}

// state derives what the GPUs' own condition was in the spans.
func state(e *record.PassEnergy, devices []*record.Device, spans []span) {
	var mask int64
	for _, d := range devices {
		for _, r := range inside(readings(times(d), d.Throttle), spans) {
			mask |= int64(r.v)
			e.Throttled = new(bool)
		}
		e.TempMaxC = highest(e.TempMaxC, inside(readings(times(d), d.TempC), spans))
		clocks := inside(readings(times(d), d.ClockMHz), spans)
		e.ClockMin, e.ClockMax = lowest(e.ClockMin, clocks), highest(e.ClockMax, clocks)
	}
	for _, t := range throttling {
		if mask&t.bit != 0 {
			*e.Throttled = true
			e.Reasons = append(e.Reasons, t.name)
		}
	}
}

// lowest and highest go on from what earlier devices gave.
func lowest(least *int64, rs []reading) *int64 {
	for _, r := range rs {
		if v := int64(r.v); least == nil || v < *least {
			least = &v
		}
	}
	return least
}

func highest(most *int64, rs []reading) *int64 {
	for _, r := range rs {
		if v := int64(r.v); most == nil || v > *most {
			most = &v
		}
	}
	return most
}

// memory derives the peaks of memory between gun and end, each device's own added
// up. Peaks of two devices need not be at one time, so their sum is an upper bound.
func memory(e *record.PassEnergy, devices []*record.Device, passes []*record.Pass) {
	var spans []span
	for _, p := range passes {
		spans = append(spans, span{p.GunNS, p.EndNS})
	}
	spans = union(spans)
	for _, d := range devices {
		if most := highest(nil, inside(readings(times(d), d.UsedB), spans)); most != nil {
			e.UsedPeakB = addTo(e.UsedPeakB, *most)
		}
		for _, s := range d.Servers {
			at := times(&record.Device{AtNS: s.AtNS})
			if most := highest(nil, carriedForward(readings(at, &record.Column{Values: s.UsedB}), spans)); most != nil {
				addPeak(e, s.Server, *most)
			}
		}
	}
	for _, s := range e.Servers {
		e.PeakVRAMB = addTo(e.PeakVRAMB, s.PeakB)
	}
}

// carriedForward are the readings in spans, and the last one before each: memory that was
// seen is there until it is seen otherwise.
func carriedForward(rs []reading, spans []span) []reading {
	out := inside(slices.Clone(rs), spans)
	for _, s := range spans {
		for i := len(rs) - 1; i >= 0; i-- {
			if rs[i].at <= s.from {
				out = append(out, rs[i])
				break
			}
		}
	}
	return out
}

// addPeak adds a device's peak to its server's.
func addPeak(e *record.PassEnergy, server string, b int64) {
	for i := range e.Servers {
		if e.Servers[i].Server == server {
			e.Servers[i].PeakB += b
			return
		}
	}
	e.Servers = append(e.Servers, record.ServerPeak{Server: server, PeakB: b})
}

// addTo makes a sum present with its first summand: nothing read is no zero.
func addTo(sum *int64, b int64) *int64 {
	if sum != nil {
		b += *sum
	}
	return &b
}
