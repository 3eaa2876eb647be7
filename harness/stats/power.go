// # Power
//
// power.go and shift.go say what repetitions can show: how likely a difference of a
// given size is found, how small a difference is found most of the time, and how
// many rounds another question would take. Gates use it to say of an inconclusive
// rule what it would take, and of one that passes what it would have found.
//
// # Method
//
// A test is Mann-Whitney's at the level that Holm's correction leaves the least
// p-value of a family, α / m: the power of finding one cell of m that changed. A
// cell among others that changed too is found more often, since Holm then asks
// less of it.
//
// Up to 20 runs a side the power is simulated: the runs of both sides are drawn
// from normal distributions of one spread, a constant seed, 4,000 times. One draw
// gives every size of difference at once: the test rejects from a shift on which
// is one of the differences between a run and a run. Beyond 20 it is Noether's
// approximation (Journal of the American Statistical Association 82 (1987),
// 645-647), which asks for a difference that is up to a tenth larger. For a median
// against a limit it is the normal approximation of the median's interval.
//
// # How precise that is
//
// It rests on the spread that the runs at hand show, which six of them tell to
// within a third or so, on noise that is normal and equal on both sides, and on
// the difference being what it seems to be. So rounds come in coarse steps, and
// are "about" so many wherever they are printed.
package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/aclements/go-moremath/stats"
)

// Want is the chance with which something must be found for rounds to suffice.
const Want = 0.8

// Most is the largest number of rounds that is given as an answer: the largest
// setting. What needs more has no answer.
const Most = 1000

var steps = []int{4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500, 700, Most}

// Test is what a difference must pass: the level of a family of tests.
type Design struct {
	Cells int     // tests that are corrected together
	Alpha float64 // of the family
}

// Power is the chance of finding a difference of so many standard deviations of a
// run, with n runs on each side.
func (t Design) Power(n int, shift float64) float64 {
	c := t.critical(n)
	switch {
	case c < 0:
		return 0
	case n > simulated:
		return t.noether(n, shift)
	}
	shifts := rejectedFrom(n, c)
	i, _ := slices.BinarySearch(shifts, shift)
	return float64(i) / float64(len(shifts))
}

// Finds is the smallest difference, in standard deviations of a run, that n runs
// on each side find with chance Want; absent where they can find none.
func (t Design) Finds(n int) *float64 {
	c := t.critical(n)
	if c < 0 {
		return nil
	}
	var shift float64
	if n <= simulated {
		shifts := rejectedFrom(n, c)
		shift = shifts[int(Want*float64(len(shifts)))]
	} else {
		shift = t.noetherShift(n)
	}
	return Finite(shift)
}

// Rounds is about how many runs on each side find a difference of so many
// standard deviations with chance Want; 0 where more than Most are needed.
func (t Design) Rounds(shift float64) int {
	for _, n := range steps {
		if s := t.Finds(n); s != nil && *s <= shift {
			return n
		}
	}
	return 0
}

// Least is the number of runs on each side below which nothing can be found,
// however large; 0 where that is more than Most.
func (t Design) Least() int {
	for n := 2; n <= Most; n++ {
		if t.critical(n) >= 0 {
			return n
		}
	}
	return 0
}

// ForMedian is about how many runs put the 95 % interval of a median on one side
// of a limit that is so many standard deviations of a run away, with chance Want;
// 0 where more than Most are needed.
func ForMedian(distance float64) int {
	const median = 1.2533 // √(π/2): the standard error of a median over that of a mean
	if !(distance > 0) {
		return 0
	}
	return Coarse(max(leastInterval, math.Pow((z(0.975)+z(Want))*median/distance, 2)))
}

// leastInterval is the number of runs below which a median has no 95 % interval.
const leastInterval = 6

// Coarse is the first step that is not below n; 0 where more than Most are needed.
func Coarse(n float64) int {
	for _, s := range steps {
		if float64(s) >= n {
			return s
		}
	}
	return 0
}

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
	return once(&criticals, key{t, n}, func() int { return t.findCritical(n) })
}

var criticals, shifts sync.Map

func (t Design) findCritical(n int) int {
	level := t.level()
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

// rejectedFrom is, for every draw of n runs on each side, the shift of one side
// from which on U is at most c; ascending. U counts the pairs in which the shifted
// side's run is the larger one, so that shift is the (c+1)-th largest of the n²
// differences.
func rejectedFrom(n, c int) []float64 {
	return once(&shifts, [2]int{n, c}, func() []float64 { return drawShifts(n, c) })
}

func drawShifts(n, c int) []float64 {
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
	return out
}

func (t Design) noether(n int, shift float64) float64 {
	above := stats.StdNormal.CDF(shift/math.Sqrt2) - 0.5 // P(X < Y) − ½
	return stats.StdNormal.CDF(math.Sqrt(6*float64(n))*above - z(1-t.level()/2))
}

func (t Design) noetherShift(n int) float64 {
	above := (z(1-t.level()/2) + z(Want)) / math.Sqrt(6*float64(n))
	return math.Sqrt2 * z(0.5+above)
}

func (t Design) level() float64 { return t.Alpha / float64(max(1, t.Cells)) }

func z(p float64) float64 {
	if p >= 1 {
		return math.Inf(1)
	}
	return stats.InvCDF(stats.StdNormal)(p)
}
