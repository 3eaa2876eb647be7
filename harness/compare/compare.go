package compare

import (
	"math"
	"slices"

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
	for _, cell := range before.Cells {
		if after.Cell(cell.Name) == nil {
			c.OnlyOld = append(c.OnlyOld, cell)
		}
	}
	for _, cell := range after.Cells {
		if before.Cell(cell.Name) == nil {
			c.OnlyNew = append(c.OnlyNew, cell)
		}
	}
	for _, u := range after.Units() {
		if m := c.metric(u); len(m.Pairs) > 0 {
			c.Metrics = append(c.Metrics, m)
		}
	}
	for _, u := range before.Units() {
		if !slices.ContainsFunc(after.Units(), func(o Unit) bool { return o.Name == u.Name }) {
			c.Lost = append(c.Lost, u)
		}
	}
	return c
}

// metric pairs the cells that have a metric on both sides; they are one family.
func (c *Comparison) metric(u Unit) Metric {
	m := Metric{Unit: direction(u, c.Old)}
	for _, after := range c.New.Cells {
		before := c.Old.Cell(after.Name)
		if before == nil || before.Sample(u.Name).N()+after.Sample(u.Name).N() == 0 {
			continue
		}
		m.Pairs = append(m.Pairs, NewPair(before, after, m.Unit))
	}
	Adjust(m.Pairs)
	m.Geomean, m.Ratios = geomean(m.Pairs)
	return m
}

// direction takes the direction from the other side where a side has none: text
// without Unit lines, compared with a session.
func direction(u Unit, other *Side) Unit {
	for _, o := range other.Known() {
		if o.Name == u.Name && u.Better == 0 {
			u.Better = o.Better
		}
	}
	return u
}

// geomean is the geometric mean of the pairs' ratios of medians. One pair without
// a ratio is left out and not counted; a mean of none is absent.
func geomean(pairs []*Pair) (*float64, int) {
	var sum float64
	n := 0
	for _, p := range pairs {
		if a, b := p.Old.Percentile(50), p.New.Percentile(50); a != nil && b != nil && *a > 0 && *b > 0 {
			sum, n = sum+math.Log(*b / *a), n+1
		}
	}
	if n == 0 {
		return nil, 0
	}
	return stats.Finite(math.Exp(sum / float64(n))), n
}

// Shown are the pairs of a metric whose verdict is one of those given.
func (m Metric) Shown(verdict string) []*Pair {
	var out []*Pair
	for _, p := range m.Pairs {
		if p.Verdict() == verdict {
			out = append(out, p)
		}
	}
	return out
}
