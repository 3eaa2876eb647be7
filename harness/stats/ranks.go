package stats

import (
	"cmp"
	"slices"
)

// ranks are the values' ranks from 1; equal values share the mean of theirs.
// ties is Σ (t³ − t) over groups of t equal values.
func ranks(values []float64) (ranked []float64, ties float64) {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	ranked = make([]float64, len(values))
	for i := 0; i < len(order); {
		end := i + 1
		for end < len(order) && values[order[end]] == values[order[i]] {
			end++
		}
		t := float64(end - i)
		ties += t*t*t - t
		for _, k := range order[i:end] {
			ranked[k] = float64(i+1+end) / 2
		}
		i = end
	}
	return ranked, ties
}
