package metric

import (
	"iter"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// FirstToken is when a call's first token came. It is kept apart from the run, so
// that a table over calls can be made when the run itself has been let go
// (Row.Detach).
type FirstToken struct {
	TTFT  *float64 // nanoseconds
	Pass  string   // Pass.Kind
	Index int      // Call.Index
	Cold  bool     // the call loaded the model
}

// firstTokens are those of every call of a run.
func firstTokens(r *record.Run) (out []FirstToken) {
	for p, c := range r.Work() {
		out = append(out, FirstToken{TTFT(c), p.Kind, c.Index, isCold(r, c)})
	}
	return out
}

// Calls is the calls of one kind of pass over a group of runs. An agent's calls
// are kept apart by their place in its work: the second one's prompt holds the
// first one's answer, and a median over both would lie where no call is.
type Calls struct {
	Group Group
	Pass  string
	Index int          // from 0
	TTFT  stats.Sample // nanoseconds
	Cold  int          // calls that loaded a model
}

// CallsByModel pools the calls of measured runs by model, runtime, place and
// pass: solo then concurrent, or baseline then tuned.
func (s *Set) CallsByModel(suite string) []Calls {
	passes := []string{record.PassSolo, record.PassConcurrent}
	if suite == record.SuiteSingle {
		passes = []string{record.PassBaseline, record.PassTuned}
	}
	var out []Calls
	for _, g := range s.Groups(suite, ByModel) {
		calls := g.calls()
		for _, index := range slices.Compact(slices.Sorted(places(calls))) {
			for _, kind := range passes {
				c := calls[place{kind, index}]
				if c == nil {
					c = &Calls{}
				}
				c.Group, c.Pass, c.Index = g, kind, index
				slices.Sort(c.TTFT.Values)
				out = append(out, *c)
			}
		}
	}
	return out
}

// place is where a call stands in its run.
type place struct {
	pass  string
	index int
}

// places are the indices of calls, with repetitions.
func places(calls map[place]*Calls) iter.Seq[int] {
	return func(yield func(int) bool) {
		for p := range calls {
			if !yield(p.index) {
				return
			}
		}
	}
}

// calls are the calls of the group's runs by their place, not yet in order.
func (g Group) calls() map[place]*Calls {
	out := map[place]*Calls{}
	var last place
	var c *Calls
	for _, r := range g.Rows {
		for _, f := range r.First {
			if p := (place{f.Pass, f.Index}); c == nil || p != last {
				if last, c = p, out[p]; c == nil {
					c = &Calls{}
					out[p] = c
				}
			}
			if f.Cold {
				c.Cold++
			}
			if f.TTFT == nil {
				c.TTFT.Absent++
			} else {
				c.TTFT.Values = append(c.TTFT.Values, *f.TTFT)
			}
		}
	}
	return out
}

// leastForP90 is how many values a 90th percentile wants: below, it would be
// little but the largest.
const leastForP90 = 10

// TTFTTable is the distribution of time to first token over single calls. It shows
// percentiles and no mean: a queue makes two heaps, those who came first and those
// who waited, and a mean lies between them where no call is. n counts calls; those
// of one run share its machine and its moment, so they say less than as many runs
// would, and no interval is made of them.
func (s *Set) TTFTTable() table.Table {
	t := table.Table{
		ID: "ttft", Title: "Time to first token, by model, call and pass", Section: table.SectionImbalance, Definition: defTTFT,
		N:     "One value per call of a measured run, pooled over agents, scenarios and repetitions. An agent's second prompt holds its first answer, so the two are kept apart.",
		Terms: []table.Term{termTTFT, termPercentile},
	}
	t.Columns = []table.Column{{Name: "model", Text: true, Fold: true}, {Name: "runtime", Text: true, Fold: true}, {Name: "call"}, {Name: "pass", Text: true},
		{Name: "calls", Fold: true}, {Name: "cold", Fold: true}}
	if s.Mixed {
		t.Columns = slices.Insert(t.Columns, 0, table.Column{Name: "session", Text: true, Fold: true}, table.Column{Name: "backend", Text: true, Fold: true})
	}
	for _, p := range []string{"min", "p50", "p90", "max"} {
		t.Columns = append(t.Columns, table.Column{Group: "TTFT", Name: p, Unit: "ms", Decimals: 1})
	}
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		for _, c := range s.CallsByModel(suite) {
			t.Rows = append(t.Rows, s.ttftRow(c))
		}
	}
	return t
}

// ttftRow is one kind of call; p90 is absent where it would be the largest value.
func (s *Set) ttftRow(c Calls) []table.Value {
	r := c.Group.First()
	row := []table.Value{table.Text(r.Cell.Model()), table.Text(r.Cell.Runtime()), table.Count(c.Index + 1), table.Text(c.Pass), table.Count(c.TTFT.N()), table.Count(c.Cold)}
	if s.Mixed {
		row = slices.Insert(row, 0, table.Text(r.Session), table.Text(r.Label()))
	}
	ms := c.TTFT.Scaled(1e-6) // before a percentile is taken, as plots and the first edition do: both print the same digits
	for _, p := range []float64{0, 50, 90, 100} {
		v := table.Num(ms.Percentile(p))
		if p == 90 && c.TTFT.N() < leastForP90 {
			v = table.Value{}
		}
		row = append(row, v.WithMissing(c.TTFT.Absent))
	}
	return row
}
