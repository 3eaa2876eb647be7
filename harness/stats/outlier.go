package stats

import (
	"math"
	"slices"
)

// OutlierMADs is the study's rule: a value further than this many MADs from the
// median of its cell is flagged. The MAD is raw, not scaled to a standard
// deviation, so the rule flags about 18 % of a normal distribution: a flag is a
// reason to look at a run, not to drop it.
const OutlierMADs = 2

// MAD is the median of |x − median|, unscaled; absent without values.
func MAD(values []float64) *float64 {
	_, mad := spread(values)
	return mad
}

// Outliers is the rule |x − median| > 2 × MAD over one cell's values.
type Outliers struct {
	Median, MAD *float64
	Flagged     []int // indices into the values, ascending
}

// FlagOutliers applies the rule. Where more than half of the values are equal
// the MAD is 0 and every other value is flagged. Below three values nothing is:
// of two, none lies further out than the other.
func FlagOutliers(values []float64) Outliers {
	var o Outliers
	o.Median, o.MAD = spread(values)
	if o.MAD == nil || len(values) < 3 {
		return o
	}
	for i, v := range values {
		if math.Abs(v-*o.Median) > OutlierMADs**o.MAD {
			o.Flagged = append(o.Flagged, i)
		}
	}
	return o
}

// Distance is how many MADs a value lies from the median; absent when the MAD
// is 0.
func (o Outliers) Distance(v float64) *float64 {
	if o.MAD == nil || *o.MAD == 0 {
		return nil
	}
	return Finite((v - *o.Median) / *o.MAD)
}

func spread(values []float64) (center, mad *float64) {
	s := sorted(values)
	if center = median(s); center == nil {
		return nil, nil
	}
	for i, v := range s {
		s[i] = math.Abs(v - *center)
	}
	slices.Sort(s)
	return center, median(s)
}
