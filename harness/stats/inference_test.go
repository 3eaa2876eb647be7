package stats_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/stats"
)

func TestTooFewValuesHaveNoStatistic(t *testing.T) {
	b := stats.DefaultBootstrap()
	assert.Nil(t, stats.MannWhitney(nil, []float64{1}).P)
	assert.Nil(t, stats.Pearson(pairs([]float64{1, 2}, []float64{1, 2})).R)
	assert.Nil(t, stats.FlagOutliers(nil).MAD)
	assert.Nil(t, stats.FlagOutliers([]float64{1, 100}).Flagged)
	assert.Nil(t, stats.Decompose([][]float64{{1, 2, 3}, {4}}).Share)
	assert.Nil(t, stats.FirstOfAll(nil, []float64{1}).Difference)
	ratio, ci := ratioOfSums(b, pairs([]float64{1, 2, 3, 4}, []float64{1, 1, 1, 1}))
	assert.InDelta(t, 2.5, *ratio, 1e-12)
	assert.Nil(t, ci.Lo, "four observations have an estimate and no interval")
	difference, ci := b.MedianDifference([]float64{1, 2, 3, 4, 5, 6}, []float64{5})
	assert.InDelta(t, 1.5, *difference, 1e-12)
	assert.Nil(t, ci.Lo)
}

func TestWhatIsNotFiniteHasNoStatistic(t *testing.T) {
	bad := []float64{1, math.NaN(), 3, math.Inf(1), 5, 6}
	good := []float64{1, 2, 3, 4, 5, 6}
	b := stats.DefaultBootstrap()
	assert.Nil(t, stats.MannWhitney(bad, good).P)
	assert.Nil(t, stats.Pearson(pairs(bad, good)).R)
	assert.Nil(t, stats.Spearman(pairs(bad, good)).R)
	assert.Nil(t, stats.FlagOutliers(bad).MAD)
	ratio, _ := ratioOfSums(b, pairs(bad, good))
	assert.Nil(t, ratio)
	difference, _ := b.MedianDifference(bad, good)
	assert.Nil(t, difference)
	nan := math.NaN()
	assert.Nil(t, stats.Holm([]*float64{&nan})[0])
}

func TestASampleWithoutSpreadHasNoCorrelation(t *testing.T) {
	level := []float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1}
	assert.Nil(t, stats.Pearson(pairs(level, []float64{1, 2, 3, 4, 5, 6})).R)
}

func TestEqualSamplesAreNotDifferent(t *testing.T) {
	level := []float64{2, 2, 2, 2, 2}
	assert.InDelta(t, 1, *stats.MannWhitney(level, level).P, 0)
}

func TestARatioOverNothingIsAbsent(t *testing.T) {
	b := stats.DefaultBootstrap()
	ratio, ci := ratioOfSums(b, pairs([]float64{1, 2, 3, 4, 5}, []float64{0, 0, 0, 0, 0}))
	assert.Nil(t, ratio)
	assert.Nil(t, ci.Lo)
	ratio, ci = ratioOfSums(b, pairs([]float64{1, 2, 3, 4, 5}, []float64{0, 0, 0, 0, 1}))
	assert.InDelta(t, 15, *ratio, 1e-12)
	assert.Nil(t, ci.Lo, "a resample may miss the one denominator")
}

func TestTheOutlierRuleByHand(t *testing.T) {
	// median 50; distances 10, 1, 0, 1, 2, so the MAD is 1.
	o := stats.FlagOutliers([]float64{40, 49, 50, 51, 52})
	assert.InDelta(t, 1, *o.MAD, 0)
	assert.Equal(t, []int{0}, o.Flagged, "52 is at 2 MADs, not beyond them")
	assert.InDelta(t, -10, *o.Distance(40), 0)
	// More than half equal: the MAD is 0, and what differs is flagged.
	o = stats.FlagOutliers([]float64{7, 7, 7, 7.5})
	assert.Equal(t, []int{3}, o.Flagged)
	assert.Nil(t, o.Distance(7.5))
}

func TestTheDecompositionByHand(t *testing.T) {
	// means 2 and 6, variance between 8; variances 1 and 4, mean 2.5.
	v := stats.Decompose([][]float64{{1, 2, 3}, {4, 6, 8}, {5}})
	assert.InDelta(t, 8, *v.Between, 1e-12)
	assert.InDelta(t, 2.5, *v.Within, 1e-12)
	assert.InDelta(t, 8/10.5, *v.Share, 1e-12)
	assert.Equal(t, 2, v.Groups, "a group of one has no variance and is left out")
	assert.Equal(t, 6, v.N)
}

func TestTheFirstAgainstTheRestByHand(t *testing.T) {
	f := stats.FirstOfAll([]float64{60, 70}, []float64{80, 90, 85})
	assert.InDelta(t, 65, *f.First, 1e-12)
	assert.InDelta(t, 85, *f.Rest, 1e-12)
	assert.InDelta(t, -20, *f.Difference, 1e-12)
	assert.True(t, *f.Outside)
	f = stats.FirstOfAll([]float64{85}, []float64{80, 90})
	assert.False(t, *f.Outside)
}

func TestAShareIsOneWhenOnlyTheGroupsDiffer(t *testing.T) {
	v, ci := stats.DefaultBootstrap().Share([][]float64{{1, 1, 1, 1, 1}, {2, 2, 2, 2, 2}})
	assert.InDelta(t, 1, *v.Share, 0)
	assert.InDelta(t, 1, *ci.Lo, 0)
	v, _ = stats.DefaultBootstrap().Share([][]float64{{1, 1, 1, 1, 1}, {1, 1, 1, 1, 1}})
	assert.Nil(t, v.Share, "nothing varies")
}

// ratioOfSums is Σ x / Σ y over pairs drawn together.
func ratioOfSums(b stats.Bootstrap, pairs []stats.Pair) (*float64, stats.Interval) {
	var observations []stats.Sums
	for _, p := range pairs {
		observations = append(observations, stats.Sums{p.X, p.Y})
	}
	return b.OfSums(observations, func(s stats.Sums) *float64 { return stats.Finite(s[0] / s[1]) })
}
