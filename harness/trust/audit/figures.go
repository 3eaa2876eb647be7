package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// pick takes one quantity from a run.
type pick func(*metric.Row) *float64

// quantity is a pick with how it is printed.
type quantity struct {
	name, unit string
	decimals   int
	of         pick
}

// mean is the quantity over a group's measured runs: mean, sd and n.
func (q quantity) mean(g group) Figure { return q.over(g.name, g.Sample(q.of)) }

// plain is the mean alone, where an sd says nothing.
func (q quantity) plain(g group) Figure {
	f := q.mean(g)
	f.SD = nil
	return f
}

func (q quantity) over(of string, s stats.Sample) Figure {
	return Figure{Of: of, Name: q.name, Value: s.Mean(), SD: s.SD(), Unit: q.unit, N: s.N(), Decimals: q.decimals}
}

// one is the quantity as a single value.
func (q quantity) one(of string, v *float64, n int) Figure {
	return Figure{Of: of, Name: q.name, Value: v, Unit: q.unit, N: n, Decimals: q.decimals}
}

// count is k of n things.
func count(of, name, unit string, k, n int) Figure {
	return Figure{Of: of, Name: name, Value: stats.Finite(float64(k)), Unit: unit, N: n, counts: true}
}

// The efficiencies, and what the pair gave against one agent.
var (
	published = quantity{"published", "%", 2, publishedEfficiency}
	server    = quantity{"server formula", "%", 2, func(r *metric.Row) *float64 { return r.D.EfficiencyServer }}
	client    = quantity{"client formula", "%", 2, func(r *metric.Row) *float64 { return r.D.EfficiencyClient }}
	estimate  = quantity{"together ÷ solo", "", 2, func(r *metric.Row) *float64 { return r.TogetherOverSolo }}
)

// publishedEfficiency is what a run's own file states; of duet's runs, the
// headline.
func publishedEfficiency(r *metric.Row) *float64 {
	switch im := r.Run.Imported; {
	case im == nil:
		return r.D.EfficiencyMeasured
	case im.Published != nil && im.Published.Efficiency != nil:
		return im.Published.Efficiency
	}
	return r.S.Efficiency
}

// ofStudy are the measured rows that another tool wrote.
func ofStudy(rows []*metric.Row) []*metric.Row {
	var out []*metric.Row
	for _, r := range rows {
		if r.Run.Imported != nil {
			out = append(out, r)
		}
	}
	return out
}

func runsOf(rows []*metric.Row) []*record.Run {
	var out []*record.Run
	for _, r := range rows {
		out = append(out, r.Run)
	}
	return out
}

// Say prints a figure's value as a table or a sentence does: n/a when absent,
// never a negative zero.
func (f Figure) Say() string { return say(f.Value, f.Decimals) }

func say(v *float64, decimals int) string {
	if v == nil || stats.Finite(*v) == nil {
		return "n/a"
	}
	s := strconv.FormatFloat(*v, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// Cell is the figure in a table whose heading says name and unit: a mean with
// its sd, a count with what it is of.
func (f Figure) Cell() string {
	out := f.Say()
	switch {
	case f.counts && f.N > 0:
		out += " of " + strconv.Itoa(f.N)
	case f.SD != nil:
		out += " ± " + say(f.SD, f.Decimals)
	}
	return out
}

// spread is the cell with its unit.
func (f Figure) spread() string { return strings.TrimSpace(f.Cell() + " " + f.Unit) }

// list says several figures of one name: python 82.73 ± 9.28 %, rust ….
func list(figures []Figure) string { return strings.Join(each(figures), ", ") }

// each says whose a figure is, and the figure where it has a value.
func each(figures []Figure) []string {
	var out []string
	for _, f := range figures {
		if f.Value == nil {
			out = append(out, f.Of)
			continue
		}
		out = append(out, f.Of+" "+f.spread())
	}
	return out
}

// means is a quantity over each group that has it.
func means(q quantity, groups []group) []Figure {
	var out []Figure
	for _, g := range groups {
		if f := q.mean(g); f.Value != nil {
			out = append(out, f)
		}
	}
	return out
}

// few is how many cells a sentence names.
const few = 8

// some joins the first few parts of a sentence and counts the rest.
func some(said []string) string {
	if n := len(said) - few; n > 0 {
		said = append(slices.Clone(said[:few]), fmt.Sprintf("and %d more", n))
	}
	return strings.Join(said, "; ")
}

// things is how many there are of something.
func things(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
