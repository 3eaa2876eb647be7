package gate

import (
	"fmt"
	"math"
	"slices"

	moremath "github.com/aclements/go-moremath/stats"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/stats"
)

// percentile judges by the order-statistic interval of a percentile of all calls.
// Calls of a run are not quite independent, so it is narrow rather than wide.
func (b bound) percentile(f *Finding, c *compare.Cell, m measure) {
	n := len(c.FirstTokens)
	if n == 0 {
		f.Verdict, f.Seen, f.Takes = Inconclusive, "no call has a time to first token", "runs that have it"
		return
	}
	lo, hi := interval(c.FirstTokens, m.q)
	f.Seen = fmt.Sprintf("of %d calls between %s and %s, %s", n, m.end(lo), m.end(hi), b.text)
	b.interval(f, lo, hi)
	if f.Verdict == Inconclusive {
		f.takes(b.calls(c, m))
	}
}

// interval is the equal-tailed 95 % order-statistic interval of a percentile of
// ascending values; an end that there are too few values for is infinite. The
// number of values below the percentile is binomial: the interval runs from the
// last value that has, with 97.5 %, not too many below it to the first that has
// not too few. (moremath.QuantileCI makes the shortest such interval, which for a
// 90th percentile has an upper end from 44 values on instead of 36.)
func interval(ascending []float64, q float64) (lo, hi float64) {
	n, tail := len(ascending), (1-stats.Confidence)/2
	below := moremath.BinomialDist{N: n, P: q}
	lo, hi = math.Inf(-1), math.Inf(1)
	low := firstOrder(n, func(k int) bool { return below.CDF(float64(k)) > tail })
	high := firstOrder(n, func(k int) bool { return below.CDF(float64(k)) >= 1-tail })
	if low > 0 {
		lo = ascending[low-1]
	}
	if high < n {
		hi = ascending[high]
	}
	return lo, hi
}

// firstOrder is the smallest number from 0 to n for which something that stays
// true becomes so.
func firstOrder(n int, is func(k int) bool) int {
	lo, hi := 0, n
	for lo < hi {
		if mid := (lo + hi) / 2; is(mid) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

func (m measure) end(v float64) string {
	if math.IsInf(v, 0) {
		return "any time"
	}
	return m.say(v)
}

// calls are the rounds after which the interval of a percentile has both ends,
// and is clear of the limit if the share of calls beyond it stays as it is.
func (b bound) calls(c *compare.Cell, m measure) int {
	n := float64(len(c.FirstTokens))
	within, _ := slices.BinarySearchFunc(c.FirstTokens, b.limit, func(v, limit float64) int {
		if v <= limit {
			return -1
		}
		return 1
	})
	share, want := 1-float64(within)/n, 1-m.q
	d := math.Abs(share - want)
	if d == 0 {
		return 0
	}
	need := math.Log((1-stats.Confidence)/2) / math.Log(math.Max(m.q, 1-m.q))
	need = math.Max(need, math.Pow(1.96+0.84, 2)*share*(1-share)/(d*d))
	return stats.Coarse(int(math.Ceil(need / n * float64(c.Runs))))
}
