package study

import "github.com/chimeraforge/duet/harness/stats"

// percent is a × 100.
func percent(a *float64) *float64 {
	if a == nil {
		return nil
	}
	return stats.Finite(*a * 100)
}

// square is a², the variance of a standard deviation.
func square(a *float64) *float64 {
	if a == nil {
		return nil
	}
	return stats.Finite(*a * *a)
}

// change is (to − from) / from × 100, absent where from is not positive.
func change(from, to *float64) *float64 {
	if from == nil || to == nil || *from <= 0 {
		return nil
	}
	return stats.Finite((*to - *from) / *from * 100)
}

// reduction is change with the sign of the study's TTFT.
func reduction(from, to *float64) *float64 {
	c := change(from, to)
	if c == nil {
		return nil
	}
	return stats.Finite(-*c)
}
