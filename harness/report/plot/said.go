package plot

import (
	"fmt"
	"math"
	"strconv"

	"github.com/chimeraforge/duet/harness/stats"
)

// said is a sample in words: its median, its range, and how many values it has.
func said(s stats.Sample, median *float64, digits int, unit string) string {
	lo, hi := ends(s)
	if unit != "" {
		unit = " " + unit
	}
	return fmt.Sprintf("median %s%s from %s to %s, n %d", optional(median, digits), unit, number(lo, digits), number(hi, digits), s.N())
}

// ends is a sample's smallest and largest value, NaN where it has none. A
// percentile can overflow where values are not far from the largest number.
func ends(s stats.Sample) (lo, hi float64) {
	if s.N() == 0 {
		return math.NaN(), math.NaN()
	}
	return s.Values[0], s.Values[s.N()-1]
}

func optional(v *float64, digits int) string {
	if v == nil {
		return "n/a"
	}
	return number(*v, digits)
}

// number is a value as text. No text is hundreds of digits long.
func number(v float64, digits int) string {
	if !finite(v) {
		return "n/a"
	}
	if math.Abs(v) >= 1e9 {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}
