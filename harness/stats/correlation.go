package stats

import (
	"cmp"
	"math"
	"slices"

	"github.com/aclements/go-moremath/stats"
)

// Pair is one observation of two quantities.
type Pair struct{ X, Y float64 }

// Correlation is a coefficient over N pairs.
type Correlation struct {
	N        int
	R        *float64 // absent below three pairs or without spread in either quantity
	Interval          // Fisher's; absent below four pairs, and where R is exactly ±1
}

// Pearson is the product-moment correlation,
// Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² · Σ (y − ȳ)²), with Fisher's interval
// tanh(atanh r ± z / √(n − 3)).
func Pearson(pairs []Pair) Correlation {
	ordered := slices.SortedFunc(slices.Values(pairs), func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y))
	})
	c := Correlation{N: len(pairs), R: product(ordered)}
	if c.R != nil {
		c.Interval = fisher(*c.R, c.N)
	}
	return c
}

// Spearman is Pearson's coefficient of the ranks; equal values share the mean
// of theirs. Its interval is absent: Fisher's is not meant for ranks.
func Spearman(pairs []Pair) Correlation {
	xs, ys := make([]float64, len(pairs)), make([]float64, len(pairs))
	for i, p := range pairs {
		if Finite(p.X) == nil || Finite(p.Y) == nil {
			return Correlation{N: len(pairs)}
		}
		xs[i], ys[i] = p.X, p.Y
	}
	rx, _ := ranks(xs)
	ry, _ := ranks(ys)
	ranked := make([]Pair, len(pairs))
	for i := range pairs {
		ranked[i] = Pair{rx[i], ry[i]}
	}
	c := Pearson(ranked)
	c.Interval = Interval{}
	return c
}

func product(pairs []Pair) *float64 {
	n := float64(len(pairs))
	if n < 3 {
		return nil
	}
	var mx, my, xy, xx, yy float64
	for _, p := range pairs {
		mx, my = mx+p.X/n, my+p.Y/n
	}
	for _, p := range pairs {
		dx, dy := p.X-mx, p.Y-my
		xy, xx, yy = xy+dx*dy, xx+dx*dx, yy+dy*dy
	}
	if level(xx, mx, n) || level(yy, my, n) {
		return nil
	}
	r := Finite(xy / math.Sqrt(xx) / math.Sqrt(yy))
	if r != nil {
		*r = max(-1, min(1, *r))
	}
	return r
}

// level reports whether a sum of squared differences is nothing but rounding:
// the mean of equal values may differ from them in the last digit, and a
// correlation of such differences would be noise.
func level(squares, mean, n float64) bool {
	return !(squares > n*math.Pow(8*0x1p-52*mean, 2))
}

func fisher(r float64, n int) Interval {
	if n < 4 || math.Abs(r) == 1 {
		return Interval{}
	}
	half := stats.StdNormal.InvCDF((1+Confidence)/2) / math.Sqrt(float64(n-3))
	return interval(math.Tanh(math.Atanh(r)-half), math.Tanh(math.Atanh(r)+half))
}
