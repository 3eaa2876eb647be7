package stats_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/stats"
)

func sample(values ...float64) stats.Sample {
	var ps []*float64
	for _, v := range values {
		ps = append(ps, &v)
	}
	return stats.NewSample(ps)
}

func TestStatisticsByHand(t *testing.T) {
	s := sample(10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
	nearTo(t, 9.1, s.Percentile(90), "R type 7")
	nearTo(t, 5.5, s.Center().Median, "median")
	nearTo(t, 5.5, s.Mean(), "mean")
	nearTo(t, math.Sqrt(82.5/9), s.SD(), "n − 1")
	nearTo(t, math.Sqrt(82.5/9)/5.5, s.CV(), "sd / mean")
	nearTo(t, 9, s.Range(), "10 − 1")
	nearTo(t, 1, s.Min(), "min")
	nearTo(t, 10, s.Max(), "max")
}

func TestAnIntervalNeedsSixValues(t *testing.T) {
	c := sample(1, 2, 3, 4, 5).Center()
	assert.NotNil(t, c.Median)
	assert.Nil(t, c.Lo)
	assert.Nil(t, c.Hi)
	c = sample(1, 2, 3, 4, 5, 6).Center()
	nearTo(t, 1, c.Lo, "low")
	nearTo(t, 6, c.Hi, "high")
}

func TestAbsentValuesAreCountedAndLeftOut(t *testing.T) {
	one, nan := 1.0, math.NaN()
	s := stats.NewSample([]*float64{nil, &one, &nan, nil})
	assert.Equal(t, 3, s.Absent)
	nearTo(t, 1, s.Mean(), "mean of one")
	assert.Nil(t, s.SD())
}

func TestNothingIsComputedFromNothing(t *testing.T) {
	s := sample()
	for _, v := range []*float64{s.Mean(), s.SD(), s.CV(), s.Min(), s.Max(), s.Range(), s.Percentile(50), s.Center().Median} {
		assert.Nil(t, v)
	}
}

func nearTo(t *testing.T, want float64, got *float64, what string) {
	t.Helper()
	require.NotNil(t, got, what)
	assert.InDelta(t, want, *got, 1e-9, what)
}
