package stats_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/chimeraforge/duet/harness/stats"
)

// values are samples with ties, outliers and any sign.
func values(least, most int) *rapid.Generator[[]float64] {
	value := rapid.OneOf(
		rapid.Float64Range(-1e6, 1e6),
		rapid.Map(rapid.IntRange(-5, 5), func(n int) float64 { return float64(n) }),
	)
	return rapid.SliceOfN(value, least, most)
}

func pairsOf(least, most int) *rapid.Generator[[]stats.Pair] {
	return rapid.Custom(func(t *rapid.T) []stats.Pair {
		x := values(least, most).Draw(t, "x")
		return pairs(x, values(len(x), len(x)).Draw(t, "y"))
	})
}

func shuffled[T any](t *rapid.T, s []T) []T {
	return rapid.Permutation(slices.Clone(s)).Draw(t, "order")
}

// finite fails on a present value that is no number.
func finite(t rapid.TB, fs ...*float64) {
	t.Helper()
	for _, f := range fs {
		if f != nil && (math.IsNaN(*f) || math.IsInf(*f, 0)) {
			t.Fatalf("not finite: %v", *f)
		}
	}
}

func TestMannWhitneyHoldsWhateverTheSamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := values(1, 30).Draw(t, "x"), values(1, 30).Draw(t, "y")
		a := stats.MannWhitney(x, y)
		b := stats.MannWhitney(shuffled(t, y), shuffled(t, x))
		assert.InDelta(t, *a.P, *b.P, 1e-12, "swapping the samples keeps p")
		assert.InDelta(t, float64(len(x)*len(y)), *a.U+*b.U, 1e-9, "U1 + U2 = n1 n2")
		assert.GreaterOrEqual(t, *a.P, *a.Least)
		assert.LessOrEqual(t, *a.P, 1.0)
		for i := range x {
			x[i] *= 1024 // a power of two: no rounding, so no new ties
		}
		for i := range y {
			y[i] *= 1024
		}
		assert.Equal(t, a, stats.MannWhitney(x, y), "scaling keeps everything")
	})
}

func TestSamplesThatAreApartReachTheLeastPValue(t *testing.T) {
	for n := 1; n <= 20; n++ {
		x, y := make([]float64, n), make([]float64, n)
		for i := range n {
			x[i], y[i] = float64(i), float64(100+i)
		}
		got := stats.MannWhitney(x, y)
		assert.InEpsilon(t, *got.Least, *got.P, 1e-9, "n = %d", n)
	}
}

func TestHolmIsMonotoneAndNeverBelowTheRawValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		ps := make([]*float64, len(raw))
		for i := range raw {
			ps[i] = &raw[i]
		}
		adjusted := stats.Holm(ps)
		for i := range ps {
			assert.GreaterOrEqual(t, *adjusted[i], raw[i])
			assert.LessOrEqual(t, *adjusted[i], 1.0)
			assert.LessOrEqual(t, *adjusted[i], math.Min(1, float64(len(raw))*raw[i])+1e-12, "never above Bonferroni")
			for j := range ps {
				if raw[i] < raw[j] {
					assert.LessOrEqual(t, *adjusted[i], *adjusted[j])
				}
			}
		}
		assert.Equal(t, adjusted, stats.Holm(append(ps, nil))[:len(ps)], "an absent test changes nothing")
	})
}

func TestCorrelationHoldsWhateverThePairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := pairsOf(0, 40).Draw(t, "pairs")
		c := stats.Pearson(ps)
		finite(t, c.R, c.Lo, c.Hi)
		assert.Equal(t, c, stats.Pearson(shuffled(t, ps)), "order")
		if c.R == nil {
			return
		}
		assert.LessOrEqual(t, math.Abs(*c.R), 1.0)
		if c.Lo != nil {
			assert.LessOrEqual(t, *c.Lo, *c.R+1e-12)
			assert.GreaterOrEqual(t, *c.Hi, *c.R-1e-12)
		}
		flipped := slices.Clone(ps)
		for i := range flipped {
			flipped[i] = stats.Pair{X: -4 * ps[i].X, Y: 2 * ps[i].Y}
		}
		assert.InDelta(t, -*c.R, *stats.Pearson(flipped).R, 1e-9, "a change of sign flips it, a change of scale does not matter")
		finite(t, stats.Spearman(ps).R)
	})
}

func TestDecompositionHoldsWhateverTheGroups(t *testing.T) {
	b := stats.DefaultBootstrap()
	b.Resamples = 40
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.SliceOfN(values(0, 12), 0, 4).Draw(t, "groups")
		v, ci := b.Share(groups)
		finite(t, v.Between, v.Within, v.Share, ci.Lo, ci.Hi)
		if v.Share == nil {
			return
		}
		assert.True(t, *v.Share >= 0 && *v.Share <= 1)
		again := make([][]float64, len(groups))
		for i, g := range groups {
			again[i] = shuffled(t, g)
		}
		w, cj := b.Share(again)
		assert.Equal(t, v, w, "order")
		assert.Equal(t, ci, cj, "order")
	})
}

func TestOutliersHoldWhateverTheValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := values(0, 30).Draw(t, "x")
		o := stats.FlagOutliers(x)
		finite(t, o.Median, o.MAD)
		assert.LessOrEqual(t, len(o.Flagged), len(x)/2, "at least half of the values are within one MAD")
		for _, i := range o.Flagged {
			finite(t, o.Distance(x[i]))
			assert.NotEqual(t, *o.Median, x[i])
		}
	})
}

func TestBootstrapHoldsWhateverTheOrder(t *testing.T) {
	b := stats.DefaultBootstrap()
	b.Resamples, b.Blocks, b.Counted = 60, 10, 8
	rapid.Check(t, func(t *rapid.T) {
		ps := pairsOf(0, 25).Draw(t, "pairs")
		r, ci := ratioOfSums(b, ps)
		finite(t, r, ci.Lo, ci.Hi)
		s, cj := ratioOfSums(b, shuffled(t, ps))
		assert.Equal(t, r, s)
		assert.Equal(t, ci, cj)
		x, y := values(0, 20).Draw(t, "x"), values(0, 20).Draw(t, "y")
		d, ci := b.MedianDifference(x, y)
		finite(t, d, ci.Lo, ci.Hi)
		e, cj := b.MedianDifference(shuffled(t, x), shuffled(t, y))
		assert.Equal(t, d, e)
		assert.Equal(t, ci, cj)
	})
}
