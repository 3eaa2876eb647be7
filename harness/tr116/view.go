package tr116

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// The study's tables are made of metric's groups and columns, under the study's
// formulas, with its words and its decimals.
type (
	group  = metric.Group
	column = metric.Column[group]
	pick   = func(*metric.Row) *float64
)

// view is a set as the study's tables see it.
type view struct {
	set           *metric.Set
	names         map[string]string // model → the name that tables print
	multi, single suite
	files         []entry
}

// suite is the runs of one suite and their groups, each in the set's order.
type suite struct {
	rows                               []*metric.Row // measured to their end
	all                                int           // with those that failed
	options                            bool          // a scenario was run with several options
	configs, models, runtimes, origins []group
}

func (s *suite) failed() int { return s.all - len(s.rows) }

func newView(s *metric.Set) *view {
	return &view{
		set: s, names: shortNames(s), files: entriesOf(s),
		multi: newSuite(s, record.SuiteMulti), single: newSuite(s, record.SuiteSingle),
	}
}

func newSuite(set *metric.Set, name string) suite {
	of := metric.Set{Rows: slices.DeleteFunc(slices.Clone(set.Rows), func(r *metric.Row) bool { return r.Run.Suite != name })}
	s := suite{
		rows:    slices.DeleteFunc(slices.Clone(of.Rows), func(r *metric.Row) bool { return !r.Run.OK() }),
		all:     len(of.Rows),
		configs: of.Groups(name, metric.ByCell), models: of.Groups(name, metric.ByModel),
		runtimes: of.Groups(name, metric.ByRuntime), origins: of.Groups(name, metric.ByOrigin),
	}
	for i, g := range s.configs {
		s.options = s.options || i > 0 && sameModel(g, s.configs[i-1]) && g.First().Cell.Scenario() == s.configs[i-1].First().Cell.Scenario()
	}
	return s
}

func sameModel(a, b group) bool  { return metric.ByModel(a.First()) == metric.ByModel(b.First()) }
func sameOrigin(a, b group) bool { return metric.SameOrigin(a.First(), b.First()) }

// each makes a group of every run.
func each(rows []*metric.Row) []group {
	out := make([]group, len(rows))
	for i, r := range rows {
		out[i] = group{Rows: []*metric.Row{r}}
	}
	return out
}

// Quantities of a run under the study's formulas.
func speedup(r *metric.Row) *float64      { return r.S.Speedup }
func efficiency(r *metric.Row) *float64   { return r.S.Efficiency }
func tputDelta(r *metric.Row) *float64    { return r.S.ThroughputDelta }
func ttftDelta(r *metric.Row) *float64    { return r.S.TTFTDeltaMS }
func flag(r *metric.Row) *float64         { return metric.YesNo(r.S.Contention) }
func baselineRate(r *metric.Row) *float64 { return r.S.BaselineRate }
func tunedRate(r *metric.Row) *float64    { return r.S.TunedRate }
func baselineTTFT(r *metric.Row) *float64 { return r.S.BaselineTTFTMS }
func tunedTTFT(r *metric.Row) *float64    { return r.S.TunedTTFTMS }

// statOf is a statistic of a quantity over a group.
func statOf(heading, name, unit string, decimals int, of pick, statistic func(stats.Sample) *float64) column {
	return metric.Num(heading, name, unit, decimals, func(g group) *float64 { return statistic(g.Sample(of)) })
}

// meanOf says how many absent values it left out; they are missing from the
// statistics beside it too.
func meanOf(heading, name, unit string, decimals int, of pick) column {
	return column{Column: table.Column{Group: heading, Name: name, Unit: unit, Decimals: decimals}, Of: func(g group) table.Value {
		s := g.Sample(of)
		return table.Num(s.Mean()).WithMissing(s.Absent)
	}}
}

func cv(s stats.Sample) *float64 { return stats.Scaled(s.CV(), 100) }

func percentile(p float64) func(stats.Sample) *float64 {
	return func(s stats.Sample) *float64 { return s.Percentile(p) }
}

// Coordinates, as columns. They are never folded: the study's tables have them.
func colRuntime[T metric.Item]() metric.Column[T] {
	return metric.Text[T]("runtime", func(r *record.Run) string { return r.Cell.Runtime() })
}

func colModel[T metric.Item](v *view) metric.Column[T] { return metric.Text[T]("model", v.model) }

var colRun = metric.Count("", "run", "", func(g group) int { return g.First().RunNumber })

// config names a dual-agent configuration, with its options where a scenario
// was run with several.
func config[T metric.Item](v *view) []metric.Column[T] {
	out := []metric.Column[T]{colRuntime[T](), colModel[T](v), metric.Text[T]("scenario", func(r *record.Run) string { return r.Cell.Scenario() })}
	if v.multi.options {
		out = append(out, options[T](1)...)
	}
	return out
}

func options[T metric.Item](decimals int) []metric.Column[T] {
	return []metric.Column[T]{
		metric.Count("", "gpu", "layers", func(it T) int { return it.First().Cell.GPU() }),
		metric.Count("", "ctx", "tok", func(it T) int { return it.First().Cell.Ctx() }),
		metric.Num("", "temp", "", decimals, func(it T) *float64 { return stats.Finite(it.First().Cell.Temp()) }),
	}
}

// counts are a group's runs, with those that failed where any of the suite did. The
// study left them out: two of its single-agent cells have one run where the others
// have five.
func (s *suite) counts() []column {
	out := []column{metric.Count("", "runs", "", func(g group) int { return len(g.Rows) })}
	if s.failed() > 0 {
		out = append(out, metric.Count("", "failed", "runs", func(g group) int { return len(g.Failed) }))
	}
	return out
}

// shortNames gives a model the part of its name before the colon, as the study
// does, and its whole name where two models share that part.
func shortNames(s *metric.Set) map[string]string {
	names, holders := map[string]string{}, map[string]int{}
	for _, r := range s.Rows {
		model := r.Run.Cell.Model()
		if _, known := names[model]; known {
			continue
		}
		short, _, _ := strings.Cut(model, ":")
		names[model] = short
		holders[short]++
	}
	for model, short := range names {
		if short == "" || holders[short] > 1 {
			names[model] = model
		}
	}
	return names
}

func (v *view) model(r *record.Run) string { return v.names[r.Cell.Model()] }

// label names a single-agent configuration as the study's folders and notes do:
// gpu60_ctx1024_temp8, the temperature in tenths.
func label(r *record.Run) string {
	c := r.Cell
	tenths := strconv.FormatFloat(c.Temp()*10, 'f', -1, 64)
	return "gpu" + strconv.Itoa(c.GPU()) + "_ctx" + strconv.Itoa(c.Ctx()) + "_temp" + tenths
}

// sorted is a stable copy by origin, then as compare says: equal groups stay in the
// set's order.
func sorted(groups []group, compare func(a, b group) int) []group {
	out := slices.Clone(groups)
	slices.SortStableFunc(out, func(a, b group) int { return cmp.Or(metric.CompareOrigin(a.First(), b.First()), compare(a, b)) })
	return out
}

// The order in which the study's appendix B has runtimes and models. Others come
// after them, by name.
var (
	runtimeOrder = []string{"rust", "python"}
	modelOrder   = []string{"qwen2.5", "gemma3", "llama3.1"}
)

// rank is where a name stands in an order, by what it begins with.
func rank(order []string, name string) int {
	i := slices.IndexFunc(order, func(known string) bool { return strings.HasPrefix(name, known) })
	if i < 0 {
		return len(order)
	}
	return i
}

func compareIn(order []string, a, b string) int {
	return cmp.Or(cmp.Compare(rank(order, a), rank(order, b)), cmp.Compare(a, b))
}

// byRuntimeOrder and byModelOrder are the study's orders, byRuntime and byModel go
// by name.
func byRuntimeOrder(a, b group) int {
	return compareIn(runtimeOrder, a.First().Cell.Runtime(), b.First().Cell.Runtime())
}

func byModelOrder(a, b group) int {
	return compareIn(modelOrder, a.First().Cell.Model(), b.First().Cell.Model())
}

func byRuntime(a, b group) int {
	return cmp.Compare(a.First().Cell.Runtime(), b.First().Cell.Runtime())
}
func byModel(a, b group) int { return cmp.Compare(a.First().Cell.Model(), b.First().Cell.Model()) }

// byAppendixB is runtime by runtime, model by model, in the study's order.
func byAppendixB(a, b group) int { return cmp.Or(byRuntimeOrder(a, b), byModelOrder(a, b)) }

// byLabel is runtime, model, then the configuration's name as text: ctx1024
// before ctx512, as the study's list of files has it.
func byLabel(a, b group) int {
	return cmp.Or(byRuntime(a, b), byModel(a, b), cmp.Compare(label(a.First()), label(b.First())))
}

// byEfficiency puts the largest mean first and what is absent last.
func byEfficiency(a, b group) int { return cmp.Compare(descending(a), descending(b)) }

func descending(g group) float64 {
	if m := g.Sample(efficiency).Mean(); m != nil {
		return -*m
	}
	return math.Inf(1)
}
