package trust

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Quantity is a pick with how it is printed. Rules name each one once, so that the same
// number has the same name and as many decimals in every finding.
type Quantity struct {
	Name, Unit string
	Decimals   int
	Of         func(*metric.Row) *float64
}

// Mean is the Quantity over a group's measured runs: mean, sd and n.
func (q Quantity) Mean(g Group) record.Figure { return q.Over(g.Name, g.Sample(q.Of)) }

// Plain is the mean alone, where an sd says nothing.
func (q Quantity) Plain(g Group) record.Figure {
	f := q.Mean(g)
	f.SD = nil
	return f
}

// Over is the Quantity of a sample that is not a whole group, such as its first runs.
func (q Quantity) Over(of string, s stats.Sample) record.Figure {
	return record.Figure{Of: of, Name: q.Name, Value: s.Mean(), SD: s.SD(), Unit: q.Unit, N: s.N(), Decimals: q.Decimals}
}

// One is the Quantity as a single value.
func (q Quantity) One(of string, v *float64, n int) record.Figure {
	return record.Figure{Of: of, Name: q.Name, Value: v, Unit: q.Unit, N: n, Decimals: q.Decimals}
}

// Count is k of n things.
func Count(of, name, unit string, k, n int) record.Figure {
	return record.Figure{Of: of, Name: name, Value: stats.Finite(float64(k)), Unit: unit, N: n, Counts: true}
}

// The efficiencies, and what the pair gave against one agent.
var (
	published = Quantity{"published", "%", 2, publishedEfficiency}
	server    = Quantity{"server formula", "%", 2, func(r *metric.Row) *float64 { return r.D.Get("efficiency_server") }}
	client    = Quantity{"client formula", "%", 2, func(r *metric.Row) *float64 { return r.D.Get("efficiency_client") }}
	estimate  = Quantity{"together ÷ solo", "", 2, func(r *metric.Row) *float64 { return r.TogetherOverSolo }}
)

// publishedEfficiency is what a run's own file states; of duet's runs, the
// headline. Where an imported file states none it is what the formula of its tool
// gives: the number that its reader would have seen.
func publishedEfficiency(r *metric.Row) *float64 {
	switch im := r.Run.Imported; {
	case im == nil:
		return r.D.Get("efficiency_measured")
	case im.Published != nil && im.Published.Efficiency != nil:
		return im.Published.Efficiency
	}
	return r.S.Efficiency
}

// runsOf are the runs of rows, for the places of a finding.
func runsOf(rows []*metric.Row) []*record.Run {
	var out []*record.Run
	for _, r := range rows {
		out = append(out, r.Run)
	}
	return out
}

// List says several figures of one name: python 82.73 ± 9.28 %, rust ….
func List(figures []record.Figure) string { return strings.Join(Each(figures), ", ") }

// Each says whose a figure is, and the figure where it has a value.
func Each(figures []record.Figure) []string {
	var out []string
	for _, f := range figures {
		if f.Value == nil {
			out = append(out, f.Of)
			continue
		}
		out = append(out, f.Of+" "+f.Spread())
	}
	return out
}

// Means is a Quantity over each group that has it.
func Means(q Quantity, groups []Group) []record.Figure {
	var out []record.Figure
	for _, g := range groups {
		if f := q.Mean(g); f.Value != nil {
			out = append(out, f)
		}
	}
	return out
}

// few is how many cells a sentence names.
const few = 8

// Some joins the first few parts of a sentence and counts the rest.
func Some(said []string) string {
	if n := len(said) - few; n > 0 {
		said = append(slices.Clone(said[:few]), fmt.Sprintf("and %d more", n))
	}
	return strings.Join(said, "; ")
}

// Things is how many there are of something.
func Things(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
