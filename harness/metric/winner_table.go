package metric

import (
	"slices"
	"strconv"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// ranked is a contest with its first two, by the median: one cold run must not
// decide.
type ranked struct {
	contest
	winner, second *modelled // absent when there is no value, or one model
}

// rankModels orders models that have values. Equal medians keep the set's order, so
// that the winner is the same whatever was read first.
func rankModels(c contest) ranked {
	r := ranked{contest: c}
	order := slices.DeleteFunc(slices.Clone(c.models), func(m modelled) bool { return m.s.N() == 0 })
	slices.SortStableFunc(order, func(a, b modelled) int {
		switch x, y := *a.s.Percentile(50), *b.s.Percentile(50); {
		case x == y:
			return 0
		case (x < y) == c.m.lower:
			return -1
		}
		return 1
	})
	if len(order) > 0 {
		r.winner = &order[0]
	}
	if len(order) > 1 {
		r.second = &order[1]
	}
	return r
}

// distinguishable is the one verdict under which a winner may be named.
const distinguishable = "distinguishable"

// verdict says whether the runs tell the first from the second: their intervals do
// not overlap. That asks for more than a test would, and should: the two were
// picked for their places, and the best of many looks better than it is.
func (r ranked) verdict() string {
	if r.second == nil {
		return "one model"
	}
	a, b := r.winner.s.Center(), r.second.s.Center()
	switch {
	case a.Lo == nil || b.Lo == nil:
		return "not distinguishable: fewer than 6 runs"
	case *a.Lo <= *b.Hi && *b.Lo <= *a.Hi:
		return "not distinguishable"
	}
	return distinguishable
}

// winners is the best model by measure and runtime. Scenarios and options are
// pooled, and the quality of replies was not measured: a small model is fast.
func (v *view) winners() table.Table {
	t := table.Table{
		ID: "winners", Title: "Winner by scenario", Section: table.AppendixPlan,
		Definition: "Best and second model by the median; TTFT: less is better. Not distinguishable: their 95 % intervals overlap, or one has too few runs for an interval. " + defCenter,
		N:          nPool, Terms: []table.Term{termInterval, termDefinitions},
	}
	many := "two"
	if n := len(v.set.Agents()); n > 2 {
		many = strconv.Itoa(n)
	}
	var items []ranked
	for _, c := range v.contests() {
		if r := rankModels(c); r.winner != nil {
			items = append(items, r)
		}
	}
	return Fill(v.set, t, items, []Column[ranked]{
		word("", "agents", func(r ranked) string {
			return map[string]string{record.SuiteSingle: "one", record.SuiteMulti: many}[r.m.suite]
		}),
		colRuntime[ranked](), word("", "measure", func(r ranked) string { return r.m.what() })},
		placed("winner", func(r ranked) *modelled { return r.winner }),
		placed("second", func(r ranked) *modelled { return r.second }),
		[]Column[ranked]{word("", "verdict", ranked.verdict)})
}

// placed are the columns of one place, absent where nobody has it.
func placed(heading string, of func(ranked) *modelled) []Column[ranked] {
	sample := func(r ranked) stats.Sample {
		if m := of(r); m != nil {
			return m.s
		}
		return stats.Sample{}
	}
	model := Column[ranked]{table.Column{Group: heading, Name: "model", Text: true}, func(r ranked) table.Value {
		if m := of(r); m != nil {
			return table.Text(m.First().Cell.Model())
		}
		return table.Value{}
	}}
	n := Count(heading, "n", "", func(r ranked) int { return sample(r).N() })
	return append([]Column[ranked]{model, n}, statistics(heading, "", 2, sample, statMedian, statLo, statHi)...)
}
