package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/aclements/go-moremath/stats"
)

const (
	// simulated is the largest number of runs for which power is simulated, which
	// costs the square of it. There the approximation asks for a difference that is
	// up to a tenth larger, by a test.
	simulated = 20
	draws     = 4000
	shiftSeed = 116
)

// critical is the largest U at which the family's least p-value is below the
// level, −1 where none is.
func (t Design) critical(n int) int {
	type key struct {
		t Design
		n int
	}
	if known, ok := criticals.Load(key{t, n}); ok {
		return known.(int)
	}
	c := t.findCritical(n)
	criticals.Store(key{t, n}, c)
	return c
}

var criticals sync.Map

func (t Design) findCritical(n int) int {
	level := t.Alpha / float64(max(1, t.Cells))
	if n > simulated { // the normal distribution, as everywhere beyond
		mean, sd := float64(n*n)/2, math.Sqrt(float64(n*n)*float64(2*n+1)/12)
		return int(math.Floor(mean - z(1-level/2)*sd - 0.5))
	}
	d := stats.UDist{N1: n, N2: n}
	c := -1
	for u := 0; u < n*n/2 && 2*d.CDF(float64(u)) < level; u++ {
		c = u
	}
	return c
}

type drawnShifts struct{ n, c int }

var shifts sync.Map // of drawn to []float64

// rejectedFrom is, for every draw of n runs on each side, the shift of one side
// from which on U is at most c; ascending. U counts the pairs in which the shifted
// side's run is the larger one, so that shift is the (c+1)-th largest of the n²
// differences.
func rejectedFrom(n, c int) []float64 {
	if known, ok := shifts.Load(drawnShifts{n, c}); ok {
		return known.([]float64)
	}
	rng := rand.New(rand.NewPCG(shiftSeed, uint64(n)))
	out, differences := make([]float64, draws), make([]float64, 0, n*n)
	x, y := make([]float64, n), make([]float64, n)
	for i := range out {
		for k := range n {
			x[k], y[k] = rng.NormFloat64(), rng.NormFloat64()
		}
		differences = differences[:0]
		for _, a := range x {
			for _, b := range y {
				differences = append(differences, b-a)
			}
		}
		slices.Sort(differences)
		out[i] = differences[len(differences)-1-c]
	}
	slices.Sort(out)
	shifts.Store(drawnShifts{n, c}, out)
	return out
}

// noether is the power by Noether's approximation.
func (t Design) noether(n int, shift float64) float64 {
	above := stats.StdNormal.CDF(shift/math.Sqrt2) - 0.5 // P(X < Y) − ½
	return stats.StdNormal.CDF(math.Sqrt(6*float64(n))*above - z(1-t.level()/2))
}

func (t Design) noetherShift(n int) float64 {
	above := (z(1-t.level()/2) + z(Want)) / math.Sqrt(6*float64(n))
	return math.Sqrt2 * z(0.5+above)
}

func (t Design) level() float64 { return t.Alpha / float64(max(1, t.Cells)) }

// z is a quantile of the normal distribution.
func z(p float64) float64 {
	if p >= 1 {
		return math.Inf(1)
	}
	return stats.InvCDF(stats.StdNormal)(p)
}
