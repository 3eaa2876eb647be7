package stats

import (
	"slices"
)

// Holm adjusts the p-values of one family of tests, so that the chance of any
// false difference among them stays below the level (Holm, Scandinavian Journal
// of Statistics 6 (1979), 65-70): with p(1) ≤ … ≤ p(m),
//
//	adjusted(i) = max over j ≤ i of min(1, (m − j + 1) · p(j))
//
// An absent p-value is no test: it stays absent and is not counted in m. The
// result is in the order of the input.
func Holm(ps []*float64) []*float64 {
	var order []int
	for i, p := range ps {
		if p != nil && Finite(*p) != nil {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case *ps[a] < *ps[b]:
			return -1
		case *ps[a] > *ps[b]:
			return 1
		}
		return 0
	})
	out := make([]*float64, len(ps))
	highest := 0.0
	for j, i := range order {
		highest = max(highest, min(1, float64(len(order)-j)**ps[i]))
		out[i] = Finite(highest)
	}
	return out
}
