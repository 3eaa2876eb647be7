package metric

import (
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

// First is any run of the group.
func (c Calls) First() *record.Run { return c.Group.First() }

// CallsByModel pools the calls of measured runs by model, runtime, place and
// pass: solo then concurrent, or baseline then tuned.
func (s *Set) CallsByModel(suite string) (out []Calls) {
	passes := []string{record.PassSolo, record.PassConcurrent}
	if suite == record.SuiteSingle {
		passes = []string{record.PassBaseline, record.PassTuned}
	}
	for _, g := range s.Groups(suite, ByModel) {
		n := 0 // calls of an agent in a pass, at most
		for _, r := range g.Rows {
			for _, f := range r.First {
				n = max(n, f.Index+1)
			}
		}
		for index := range n {
			for _, pass := range passes {
				out = append(out, g.calls(pass, index))
			}
		}
	}
	return out
}

// calls are those at one place of the group's runs.
func (g Group) calls(pass string, index int) Calls {
	c := Calls{Group: g, Pass: pass, Index: index}
	var ttft []*float64
	for _, r := range g.Rows {
		for _, f := range r.First {
			if f.Pass != pass || f.Index != index {
				continue
			}
			ttft = append(ttft, f.TTFT)
			if f.Cold {
				c.Cold++
			}
		}
	}
	c.TTFT = stats.NewSample(ttft)
	return c
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
	columns := []Column[Calls]{colModel[Calls](), colRuntime[Calls](),
		Count("", "call", "", func(c Calls) int { return c.Index + 1 }), Word("", "pass", func(c Calls) string { return c.Pass })}
	columns = append(columns, folded(Count("", "calls", "", func(c Calls) int { return c.TTFT.N() }), Count("", "cold", "", func(c Calls) int { return c.Cold }))...)
	return Fill(s, t, slices.Concat(s.CallsByModel(record.SuiteMulti), s.CallsByModel(record.SuiteSingle)), columns, []Column[Calls]{
		ttftPlace("min", 0), ttftPlace("p50", 50), ttftPlace("p90", 90), ttftPlace("max", 100)})
}

// ttftPlace is a percentile; p90 is absent where it would be the largest value.
func ttftPlace(name string, p float64) Column[Calls] {
	return Column[Calls]{table.Column{Group: "TTFT", Name: name, Unit: "ms", Decimals: 1}, func(c Calls) table.Value {
		ms := c.TTFT.Scaled(1e-6) // before a percentile is taken, as plots and the first edition do: both print the same digits
		v := table.Num(ms.Percentile(p))
		if p == 90 && c.TTFT.N() < leastForP90 {
			v = table.Value{}
		}
		return v.WithMissing(c.TTFT.Absent)
	}}
}
