package analysis

import (
	"slices"

	"github.com/chimeraforge/duet/harness/metrics"
)

// Calls is the calls of one kind of pass over a group of runs.
type Calls struct {
	Group Group
	Pass  string
	TTFT  Sample // milliseconds
	Cold  int    // calls that loaded a model
}

// CallsByModel pools the calls of measured runs by model, runtime and pass:
// solo then concurrent, or baseline then tuned.
func (s *Set) CallsByModel(suite string) []Calls {
	passes := []string{metrics.PassSolo, metrics.PassConcurrent}
	if suite == metrics.SuiteSingle {
		passes = []string{metrics.PassBaseline, metrics.PassTuned}
	}
	var out []Calls
	for _, g := range s.Groups(suite, ByModel) {
		for _, kind := range passes {
			out = append(out, s.calls(g, kind))
		}
	}
	return out
}

func (s *Set) calls(g Group, kind string) Calls {
	c := Calls{Group: g, Pass: kind}
	var values []*float64
	for _, r := range g.Rows {
		for i := range r.Run.Passes {
			if p := &r.Run.Passes[i]; p.Kind == kind {
				for k := range p.Calls {
					values = append(values, scaled(TTFT(&p.Calls[k]), 1e-6))
					if s.limits.Cold(&p.Calls[k]) {
						c.Cold++
					}
				}
			}
		}
	}
	c.TTFT = NewSample(values)
	return c
}

// TTFTTable is the distribution of time to first token over single calls.
func (s *Set) TTFTTable() Table {
	t := Table{
		ID: "ttft", Title: "Time to first token, by model and pass",
		Definition: "TTFT: arrival of the first non-empty chunk − just before the request was written, client clock, model load included. Percentiles interpolate linearly between order statistics (R type 7). Cold: calls whose load_duration exceeds 100 ms; they are in the distribution, not hidden.",
		N:          "One value per call of a measured run, pooled over agents, scenarios and repetitions.",
	}
	t.Columns = []Column{{Name: "model", Text: true}, {Name: "runtime", Text: true}, {Name: "pass", Text: true},
		{Name: "calls"}, {Name: "cold"}}
	if s.Mixed {
		t.Columns = slices.Insert(t.Columns, 0, colSession.Column, colBackend.Column)
	}
	for _, p := range []string{"min", "p50", "p90", "p99", "max"} {
		t.Columns = append(t.Columns, Column{Group: "TTFT", Name: p, Unit: "ms", Decimals: 1})
	}
	for _, suite := range []string{metrics.SuiteMulti, metrics.SuiteSingle} {
		for _, c := range s.CallsByModel(suite) {
			t.Rows = append(t.Rows, s.ttftRow(c))
		}
	}
	return t
}

func (s *Set) ttftRow(c Calls) []Value {
	r := c.Group.First()
	row := []Value{Text(r.Cell.Model), Text(r.Cell.Runtime), Text(c.Pass), Count(c.TTFT.N()), Count(c.Cold)}
	if s.Mixed {
		row = slices.Insert(row, 0, Text(r.Session), Text(r.Backend.Label()))
	}
	for _, p := range []float64{0, 50, 90, 99, 100} {
		row = append(row, Num(c.TTFT.Percentile(p)).missing(c.TTFT.Absent))
	}
	return row
}
