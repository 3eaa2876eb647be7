package stats

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Sums is what one observation adds to the sums that a statistic is made of.
// Components that a statistic does not need are zero.
type Sums [4]float64

func (s Sums) plus(o Sums) Sums {
	for i := range s {
		s[i] += o[i]
	}
	return s
}

func total(all []Sums) (out Sums) {
	for _, s := range all {
		out = out.plus(s)
	}
	return out
}

// OfSums is a statistic of the sums over observations and its interval. The
// statistic may be any smooth function of them, such as the ratio of two sums.
// Estimate is absent where the statistic is, or without observations.
func (b Bootstrap) OfSums(observations []Sums, statistic func(Sums) *float64) (estimate *float64, _ Interval) {
	if len(observations) == 0 {
		return nil, Interval{}
	}
	rng := stream(1)
	blocks := b.blocks(ordered(observations), rng)
	estimate = statistic(total(blocks))
	if estimate == nil || len(observations) < b.Least {
		return estimate, Interval{}
	}
	return estimate, b.within(func() float64 { return value(statistic(drawn(blocks, rng))) })
}

// RatioOfSums is Σ a / Σ b over pairs drawn together, X over Y.
func (b Bootstrap) RatioOfSums(pairs []Pair) (*float64, Interval) {
	observations := make([]Sums, len(pairs))
	for i, p := range pairs {
		observations[i] = Sums{p.X, p.Y}
	}
	return b.OfSums(observations, func(s Sums) *float64 { return Finite(s[0] / s[1]) })
}

// drawn is the sum of as many blocks as there are, drawn with replacement.
func drawn(blocks []Sums, rng *rand.Rand) (out Sums) {
	n := uint32(len(blocks))
	for range blocks {
		s := &blocks[rng.Uint32N(n)] // Uint32N, not IntN: the same on 32 and 64 bits
		for i := range out {
			out[i] += s[i]
		}
	}
	return out
}

// ordered is a sorted copy.
func ordered(observations []Sums) []Sums {
	return slices.SortedFunc(slices.Values(observations), func(x, y Sums) int {
		return slices.CompareFunc(x[:], y[:], cmp.Compare[float64])
	})
}

// blocks puts ordered observations, which it may change, into blocks at random.
// Blocks may differ in size by one; every statistic here is a ratio of sums, or
// centred, so that does not matter.
func (b Bootstrap) blocks(ordered []Sums, rng *rand.Rand) []Sums {
	if len(ordered) <= b.Blocks {
		return ordered
	}
	for i := len(ordered) - 1; i > 0; i-- {
		k := int(rng.Uint32N(uint32(i + 1)))
		ordered[i], ordered[k] = ordered[k], ordered[i]
	}
	out := make([]Sums, b.Blocks)
	for i, s := range ordered {
		out[i%b.Blocks] = out[i%b.Blocks].plus(s)
	}
	return out
}
