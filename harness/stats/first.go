package stats

import (
	"github.com/aclements/go-moremath/stats"
)

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
	f, r := sorted(first), sorted(rest)
	out := First{NFirst: len(f), N: len(r)}
	if len(f) > 0 {
		out.First = Finite(stats.Mean(f))
	}
	if len(r) > 0 {
		out.Rest = Finite(stats.Mean(r))
	}
	if out.First == nil || out.Rest == nil {
		return out
	}
	out.Difference = Finite(*out.First - *out.Rest)
	if len(r) >= 2 {
		outside := *out.First < r[0] || *out.First > r[len(r)-1]
		out.Outside = &outside
	}
	return out
}
