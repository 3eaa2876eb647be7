package stats

import (
	"math"
	"slices"

	"github.com/aclements/go-moremath/stats"
)

// Variances is the study's decomposition of a quantity's variance over groups.
type Variances struct {
	Groups  int      // with at least two values: others have no variance and are left out
	N       int      // values in them
	Between *float64 // sample variance of the groups' means; absent below two groups
	Within  *float64 // mean of the groups' sample variances
	Share   *float64 // between / (between + within), 0 to 1; absent when nothing varies
}

// Decompose splits variance into that between groups and that within them:
//
//	between = sample variance of the group means
//	within  = mean of the groups' sample variances
//	share   = between / (between + within)
//
// It is TR116's definition and not an analysis of variance: the variance of the
// means contains within / n of the noise, so a share above 0 alone shows nothing.
func Decompose(groups [][]float64) Variances {
	var v Variances
	var means, variances []float64
	for _, g := range groups {
		if g = sorted(g); len(g) >= 2 {
			v.Groups, v.N = v.Groups+1, v.N+len(g)
			means, variances = append(means, stats.Mean(g)), append(variances, stats.Variance(g))
		}
	}
	v.Between, v.Within, v.Share = shares(means, variances)
	return v
}

func shares(means, variances []float64) (between, within, share *float64) {
	if len(means) < 2 {
		return nil, nil, nil
	}
	between, within = Finite(stats.Variance(means)), Finite(stats.Mean(variances))
	if between != nil && within != nil && *between+*within > 0 {
		share = Finite(*between / (*between + *within))
	}
	return between, within, share
}

// OutlierMADs is the study's rule: a value further than this many MADs from the
// median of its cell is flagged. The MAD is raw, not scaled to a standard
// deviation, so the rule flags about 18 % of a normal distribution: a flag is a
// reason to look at a run, not to drop it.
const OutlierMADs = 2

// Outliers is the rule |x − median| > 2 × MAD over one cell's values.
type Outliers struct {
	Median, MAD *float64 // MAD is the median of |x − median|, unscaled; absent without values
	Flagged     []int    // indices into the values, ascending
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

// First compares first repetitions with all later ones.
type First struct {
	First, Rest *float64 // means; absent without values
	NFirst, N   int      // values in each
	Difference  *float64 // first − rest
	Outside     *bool    // the mean of the first lies outside the range of the rest; absent below two of the rest
}

// FirstOfAll compares the first repetition's values (one per cell) with those
// of the later ones.
func FirstOfAll(first, rest []float64) First {
	f, r := Sample{Values: sorted(first)}, Sample{Values: sorted(rest)}
	out := First{First: f.Mean(), Rest: r.Mean(), NFirst: f.N(), N: r.N()}
	out.Difference = Minus(out.First, out.Rest)
	if out.Difference != nil && r.N() >= 2 {
		outside := *out.First < *r.Min() || *out.First > *r.Max()
		out.Outside = &outside
	}
	return out
}
