package stats

import "math"

// Finite is f as a present quantity, absent when it is not a finite number.
func Finite(f float64) *float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

// Over is a ÷ b, absent when either is or when b is not positive: no duration,
// rate or count that we divide by can honestly be zero.
func Over(a, b *float64) *float64 {
	if a == nil || b == nil || *b <= 0 {
		return nil
	}
	return Finite(*a / *b)
}

// Minus is a − b, absent when either is.
func Minus(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	return Finite(*a - *b)
}

// Scaled is a × f, absent when a is.
func Scaled(a *float64, f float64) *float64 {
	if a == nil {
		return nil
	}
	return Finite(*a * f)
}

// PerSecond is n ÷ ns as a rate per second.
func PerSecond(n, ns int64) *float64 {
	f, d := float64(n), float64(ns)/1e9
	return Over(&f, &d)
}

// Float is an optional integer as an optional float.
func Float(n *int64) *float64 {
	if n == nil {
		return nil
	}
	return Finite(float64(*n))
}

// Below is a < limit, absent when a is.
func Below(a *float64, limit float64) *bool {
	if a == nil {
		return nil
	}
	b := *a < limit
	return &b
}
