package study

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// view is a set as the study's tables see it.
type view struct {
	set           *metric.Set
	names         map[string]string // model → the name that tables print
	multi, single suite
	measured      []cell // single-agent configurations
	files         []entry
}

// suite is the runs of one suite and their groups, each in the set's order.
type suite struct {
	rows    []*metric.Row // measured to their end
	all     int           // with those that failed
	options bool          // a scenario was run with several options
	configs []*group
	models  []*group
	runtime []*group
}

func (s *suite) failed() int { return s.all - len(s.rows) }

func newView(s *metric.Set) *view {
	v := &view{set: s, names: shortNames(s), files: entriesOf(s)}
	v.multi = newSuite(s, record.SuiteMulti)
	v.single = newSuite(s, record.SuiteSingle)
	v.measured = newCells(v.single.configs)
	return v
}

func newSuite(set *metric.Set, name string) suite {
	var rows []*metric.Row
	for i := range set.Rows {
		if set.Rows[i].Run.Suite == name {
			rows = append(rows, set.Rows[i])
		}
	}
	s := suite{
		all:     len(rows),
		configs: split(rows, sameConfig), models: split(rows, sameModel), runtime: split(rows, sameRuntime),
	}
	for _, r := range rows {
		if r.Run.OK() {
			s.rows = append(s.rows, r)
		}
	}
	for i, g := range s.configs {
		s.options = s.options || i > 0 && sameScenario(g.first, s.configs[i-1].first)
	}
	return s
}

// item is what a row of a table stands for: something with a run to name it.
type item interface{ run() *record.Run }

// one is a single run.
type one struct{ *metric.Row }

func (o one) run() *record.Run { return o.Run }

func each(rows []*metric.Row) []one {
	out := make([]one, len(rows))
	for i, r := range rows {
		out[i] = one{r}
	}
	return out
}
