package stats

import "math"

// Share is the decomposition of Decompose with an interval of the share: values
// are drawn within their groups, and the groups themselves are taken as given.
// Noise widens the means of the resamples too, so the interval lies above the
// share where a group has few values; like the share it shows nothing by being
// above 0. Absent where a group has fewer than Least values.
func (b Bootstrap) Share(groups [][]float64) (Variances, Interval) {
	groups = each(groups, sorted)
	v := Decompose(groups)
	if v.Share == nil {
		return v, Interval{}
	}
	var drawing []func() (mean, variance float64)
	for i, g := range groups {
		if len(g) < 2 {
			continue
		}
		if len(g) < b.Least {
			return v, Interval{}
		}
		drawing = append(drawing, b.moments(g, uint64(i+1)))
	}
	means, variances := make([]float64, len(drawing)), make([]float64, len(drawing))
	return v, b.within(func() float64 {
		for i, draw := range drawing {
			means[i], variances[i] = draw()
		}
		_, _, share := shares(means, variances)
		return value(share)
	})
}

// moments draws the mean and the variance of resamples. Values are centred
// first, so that the sums of their squares lose no digits.
func (b Bootstrap) moments(ascending []float64, n uint64) func() (mean, variance float64) {
	s, center := ascending, *median(ascending)
	observations := make([]Sums, len(s))
	for i, v := range s {
		d := v - center
		observations[i] = Sums{1, d, d * d}
	}
	rng := stream(n)
	blocks := b.blocks(observations, rng)
	return func() (float64, float64) {
		t := drawn(blocks, rng)
		m := t[1] / t[0]
		return center + m, math.Max(0, (t[2]-t[0]*m*m)/(t[0]-1))
	}
}

func each(groups [][]float64, of func([]float64) []float64) [][]float64 {
	out := make([][]float64, len(groups))
	for i, g := range groups {
		out[i] = of(g)
	}
	return out
}
