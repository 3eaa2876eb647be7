package stats

import (
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

// shares is the decomposition from the groups' means and variances.
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
