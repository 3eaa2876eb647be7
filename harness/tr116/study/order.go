package study

import (
	"cmp"
	"math"
	"slices"
)

// sortedBy is a stable copy by origin, then ascending key.
func sortedBy[T item](items []T, key func(T) float64) []T {
	out := slices.Clone(items)
	slices.SortStableFunc(out, func(a, b T) int {
		return cmp.Or(byOrigin(a.run(), b.run()), cmp.Compare(key(a), key(b)))
	})
	return out
}

// descending is a key that puts the largest first and what is absent last.
func descending(f *float64) float64 {
	if f == nil {
		return math.Inf(1)
	}
	return -*f
}
