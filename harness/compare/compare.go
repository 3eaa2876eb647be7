package compare

import (
	"math"
	"slices"
	"sync"

	"golang.org/x/perf/benchmath"

	"github.com/chimeraforge/duet/harness/stats"
)

// Comparison is two sides, set against each other.
type Comparison struct {
	Old, New    *Side
	Differences []Difference
	Metrics     []Metric
	OnlyOld     []*Cell // cells that the new side has not measured
	OnlyNew     []*Cell
	Lost        []Unit // metrics that the new side has not
}

// Metric is one metric over all cells that both sides have.
type Metric struct {
	Unit
	Pairs   []*Pair
	Geomean *float64 // of the ratios of medians; absent where one has none
	Ratios  int      // how many there are
}

// New compares two sides.
func New(before, after *Side) *Comparison {
	c := &Comparison{Old: before, New: after, Differences: differences(before, after)}
	c.OnlyOld, c.OnlyNew = only(before, after), only(after, before)
	units := after.Units()
	for _, u := range units {
		if m := c.metric(u); len(m.Pairs) > 0 {
			c.Metrics = append(c.Metrics, m)
		}
	}
	for _, u := range before.Units() {
		if _, kept := find(units, u.Name); !kept {
			c.Lost = append(c.Lost, u)
		}
	}
	return c
}

func only(side, other *Side) []*Cell {
	return slices.DeleteFunc(slices.Clone(side.Cells), func(c *Cell) bool { return other.Cell(c.Name) != nil })
}

// metric pairs the cells that have a metric on both sides; they are one family.
func (c *Comparison) metric(u Unit) Metric {
	m := Metric{Unit: c.Old.Directed(u)}
	for _, after := range c.New.Cells {
		before := c.Old.Cell(after.Name)
		if before == nil || before.Sample(u).N()+after.Sample(u).N() == 0 {
			continue
		}
		m.Pairs = append(m.Pairs, NewPair(before, after, m.Unit))
	}
	Adjust(m.Pairs)
	m.Geomean, m.Ratios = geomean(m.Pairs)
	return m
}

// geomean is the geometric mean of the pairs' ratios of medians. One pair without
// a ratio is left out and not counted; a mean of none is absent.
func geomean(pairs []*Pair) (*float64, int) {
	var sum float64
	n := 0
	for _, p := range pairs {
		if r := p.ofMedians(); r != nil {
			sum, n = sum+math.Log(*r), n+1
		}
	}
	if n == 0 {
		return nil, 0
	}
	return stats.Finite(math.Exp(sum / float64(n))), n
}

// Shown are the pairs of a metric whose verdict is one of those given.
func (m Metric) Shown(verdict string) []*Pair {
	return slices.DeleteFunc(slices.Clone(m.Pairs), func(p *Pair) bool { return p.Verdict() != verdict })
}

// Pair is one metric of one cell on both sides.
type Pair struct {
	Cell   *Cell // of the new side
	Before *Cell // of the old side
	Unit
	Old, New stats.Sample // in the unit in memory

	P        *float64 // Mann-Whitney, two-sided; absent when a sample is empty
	Adjusted *float64 // after Holm, over the family
	// Least is what Adjusted would be if every value of one side lay beyond every
	// value of the other: at or above stats.Alpha, nothing that could have
	// been measured would have been a difference.
	Least *float64
	// Family is the number of tests that were adjusted together.
	Family int

	ratio func() (*float64, stats.Interval)
}

// NewPair tests a metric of a cell. Adjust completes it.
func NewPair(before, after *Cell, u Unit) *Pair {
	p := &Pair{Cell: after, Before: before, Unit: u, Old: before.Sample(u), New: after.Sample(u)}
	p.ratio = sync.OnceValues(func() (*float64, stats.Interval) {
		return stats.DefaultBootstrap().MedianRatio(p.shown(p.Old).Values, p.shown(p.New).Values) // of the numbers that are shown
	})
	if p.Old.N() > 0 && p.New.N() > 0 {
		p.P = mannWhitney(p.Old.Values, p.New.Values)
	}
	return p
}

// mannWhitney is benchstat's p, which is 1 where all values are equal. With ties and
// unequal numbers U's distribution is not symmetric, and benchstat's p then depends on
// which side is called old: it takes the tail of the smaller U out of the first
// sample's distribution, whichever sample's U that is. Here the sample with the smaller
// U comes first, so that the tail is its own, and p the same for both orders.
func mannWhitney(before, after []float64) *float64 {
	if u := stats.MannWhitney(before, after).U; u != nil && *u > float64(len(before)*len(after))/2 {
		before, after = after, before
	}
	a := benchmath.NewSample(slices.Clone(before), &benchmath.DefaultThresholds)
	b := benchmath.NewSample(slices.Clone(after), &benchmath.DefaultThresholds)
	p := math.Min(1, benchmath.AssumeNothing.Compare(a, b).P)
	return &p
}

// Ratio is the median of the new side over that of the old one, absent unless
// both are positive, and its 95 % bootstrap interval.
func (p *Pair) Ratio() (*float64, stats.Interval) {
	if p.ofMedians() == nil {
		return nil, stats.Interval{}
	}
	return p.ratio()
}

// ofMedians is the ratio of the medians that are shown, without its interval.
func (p *Pair) ofMedians() *float64 {
	a, b := p.shown(p.Old).Percentile(50), p.shown(p.New).Percentile(50)
	if a == nil || b == nil || *a <= 0 || *b <= 0 {
		return nil
	}
	return stats.Over(b, a)
}

// Loss is by what share the new median is worse, negative where it is better:
// 0.05 is a throughput that fell, or a time that grew, by 5 %. It is absent where
// there is no ratio or no direction.
func (p *Pair) Loss() *float64 {
	r := p.ofMedians()
	if r == nil || p.Better == 0 {
		return nil
	}
	return stats.Finite(float64(-p.Better) * (*r - 1))
}

// Verdicts of a pair.
const (
	Better    = "better"
	Worse     = "worse"
	Differs   = "differs" // and no Unit line says which direction is better
	NotShown  = "~"
	TooFew    = "~ (too few runs)" // no values could have shown a difference
	NoData    = "no data"
	Uncertain = "invalid runs" // a client's error is as large as the claim
)

// Verdict says what the runs show about the pair.
func (p *Pair) Verdict() string {
	switch loss := p.Loss(); {
	case p.Adjusted == nil:
		return NoData
	case p.Before.Invalid+p.Cell.Invalid > 0:
		return Uncertain
	case *p.Adjusted >= stats.Alpha && *p.Least >= stats.Alpha:
		return TooFew
	case *p.Adjusted >= stats.Alpha:
		return NotShown
	case loss == nil:
		return Differs
	case *loss > 0:
		return Worse
	}
	return Better
}

// Adjust applies Holm's correction to a family of pairs. Pairs without a test
// are not counted.
func Adjust(family []*Pair) {
	ps, best := make([]*float64, len(family)), make([]*float64, len(family))
	tests := 0
	for i, p := range family {
		if ps[i] = p.P; p.P != nil {
			best[i], tests = stats.LeastP(p.Old.N(), p.New.N()), tests+1
		}
	}
	ps, best = stats.Holm(ps), stats.Holm(best)
	for i, p := range family {
		p.Adjusted, p.Least, p.Family = ps[i], best[i], tests
	}
}
