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
