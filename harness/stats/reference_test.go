package stats_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/stats"
)

// reference is testdata/reference.json: samples and what scipy and numpy say of
// them. testdata/reference.py writes it.
type reference struct {
	MannWhitney []struct {
		Name  string
		X, Y  []float64
		U, P  float64
		Exact bool
	} `json:"mann_whitney"`
	Holm        []struct{ P, Adjusted []float64 }
	Correlation []struct {
		Name                      string
		X, Y                      []float64
		Pearson, Lo, Hi, Spearman float64
	}
	Decomposition []struct {
		Name                           string
		Groups                         [][]float64
		Between, Within, Share, Lo, Hi float64
	}
	MAD []struct {
		X           []float64
		Median, MAD float64
	}
	RatioOfSums []resampled `json:"ratio_of_sums"`
	Medians     []resampled
}

type resampled struct {
	Name             string
	X, Y             []float64
	Ratio            bool
	Estimate, Lo, Hi float64
}

// exactly is the tolerance for what is computed and not drawn, relative: both
// sides add up doubles, in different orders.
const exactly = 1e-9

// drawing is the tolerance for the ends of bootstrap intervals, as a share of
// the reference interval's width. The reference rests on 100,000 resamples (its
// shares on 200,000), ours on 1,000, whose 2.5th percentile wanders by a few
// percent of the width.
const drawing = 0.08

func read(t *testing.T) reference {
	b, err := os.ReadFile("testdata/reference.json")
	require.NoError(t, err)
	var r reference
	require.NoError(t, json.Unmarshal(b, &r))
	return r
}

func same(t *testing.T, want float64, got *float64, what string) {
	t.Helper()
	if assert.NotNil(t, got, what) {
		assert.InDelta(t, want, *got, exactly*math.Max(1, math.Abs(want)), what)
	}
}

func alike(t *testing.T, lo, hi float64, got stats.Interval) {
	t.Helper()
	if assert.NotNil(t, got.Lo) && assert.NotNil(t, got.Hi) {
		assert.InDelta(t, lo, *got.Lo, drawing*(hi-lo), "low")
		assert.InDelta(t, hi, *got.Hi, drawing*(hi-lo), "high")
	}
}

func pairs(x, y []float64) []stats.Pair {
	var out []stats.Pair
	for i := range x {
		out = append(out, stats.Pair{X: x[i], Y: y[i]})
	}
	return out
}

func TestMannWhitneyAgreesWithScipy(t *testing.T) {
	for _, r := range read(t).MannWhitney {
		t.Run(r.Name, func(t *testing.T) {
			got := stats.MannWhitney(r.X, r.Y)
			same(t, r.U, got.U, "U")
			same(t, r.P, got.P, "p")
			assert.Equal(t, r.Exact, got.Exact)
		})
	}
}

func TestHolmAgreesWithItsDefinitionInNumpy(t *testing.T) {
	for _, r := range read(t).Holm {
		var ps []*float64
		for _, p := range r.P {
			ps = append(ps, &p)
		}
		for i, adjusted := range stats.Holm(ps) {
			same(t, r.Adjusted[i], adjusted, "adjusted")
		}
	}
}

func TestCorrelationsAgreeWithScipy(t *testing.T) {
	for _, r := range read(t).Correlation {
		t.Run(r.Name, func(t *testing.T) {
			got := stats.Pearson(pairs(r.X, r.Y))
			same(t, r.Pearson, got.R, "r")
			same(t, r.Lo, got.Lo, "low")
			same(t, r.Hi, got.Hi, "high")
			same(t, r.Spearman, stats.Spearman(pairs(r.X, r.Y)).R, "Spearman")
		})
	}
}

func TestAnscombesQuartetHasOnePublishedCorrelation(t *testing.T) {
	for _, r := range read(t).Correlation[:4] {
		assert.InDelta(t, 0.816, *stats.Pearson(pairs(r.X, r.Y)).R, 0.001, r.Name)
	}
}

func TestDecompositionAgreesWithNumpy(t *testing.T) {
	for _, r := range read(t).Decomposition {
		t.Run(r.Name, func(t *testing.T) {
			got, ci := stats.DefaultBootstrap().Share(r.Groups)
			same(t, r.Between, got.Between, "between")
			same(t, r.Within, got.Within, "within")
			same(t, r.Share, got.Share, "share")
			alike(t, r.Lo, r.Hi, ci)
		})
	}
}

func TestMADAgreesWithScipy(t *testing.T) {
	for _, r := range read(t).MAD {
		same(t, r.MAD, stats.FlagOutliers(r.X).MAD, "MAD")
		same(t, r.Median, stats.FlagOutliers(r.X).Median, "median")
	}
}

func TestRatiosOfSumsAgreeWithScipysBootstrap(t *testing.T) {
	for _, r := range read(t).RatioOfSums {
		t.Run(r.Name, func(t *testing.T) {
			estimate, ci := ratioOfSums(stats.DefaultBootstrap(), pairs(r.X, r.Y))
			same(t, r.Estimate, estimate, "ratio")
			alike(t, r.Lo, r.Hi, ci)
		})
	}
}

func TestMediansAgreeWithScipysBootstrap(t *testing.T) {
	for _, r := range read(t).Medians {
		t.Run(r.Name, func(t *testing.T) {
			of := stats.DefaultBootstrap().MedianDifference
			if r.Ratio {
				of = stats.DefaultBootstrap().MedianRatio
			}
			estimate, ci := of(r.X, r.Y)
			same(t, r.Estimate, estimate, "estimate")
			alike(t, r.Lo, r.Hi, ci)
		})
	}
}
