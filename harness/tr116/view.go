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

// group is runs that share coordinates, with the samples that tables show.
type group struct {
	first  *record.Run
	rows   []*metric.Row // measured to their end
	failed int

	speedup, efficiency stats.Sample
	tput, ttft          stats.Sample // deltas
	flags               stats.Sample // 1 where contention is flagged, else 0
}

func (g *group) run() *record.Run { return g.first }

// split cuts neighbouring runs into groups.
func split(rows []*metric.Row, same func(a, b *record.Run) bool) []*group {
	var out []*group
	for _, part := range metric.Stretches(rows, same) {
		out = append(out, newGroup(part))
	}
	return out
}

func newGroup(rows []*metric.Row) *group {
	g := &group{first: rows[0].Run}
	for _, r := range rows {
		if r.Run.OK() {
			g.rows = append(g.rows, r)
		}
	}
	g.failed = len(rows) - len(g.rows)
	if g.first.Suite == record.SuiteMulti {
		g.speedup, g.efficiency = metric.SampleOf(g.rows, speedup), metric.SampleOf(g.rows, efficiency)
		g.tput, g.ttft = metric.SampleOf(g.rows, tputDelta), metric.SampleOf(g.rows, ttftDelta)
		g.flags = metric.SampleOf(g.rows, flag)
	}
	return g
}

// planned counts the group's measured runs without re-runs, which only cells with
// outliers have.
func (g *group) planned() int {
	n := 0
	for _, r := range g.rows {
		if r.Run.Rerun == nil {
			n++
		}
	}
	return n
}

// Quantities of a run under the study's formulas.
func speedup(r *metric.Row) *float64    { return r.S.Speedup }
func efficiency(r *metric.Row) *float64 { return r.S.Efficiency }
func tputDelta(r *metric.Row) *float64  { return r.S.ThroughputDelta }
func ttftDelta(r *metric.Row) *float64  { return r.S.TTFTDeltaMS }

// raised and lowered are a flag as a number, so that its mean is a rate.
var raised, lowered = stats.Finite(1), stats.Finite(0)

func flag(r *metric.Row) *float64 {
	switch c := r.S.Contention; {
	case c == nil:
		return nil
	case *c:
		return raised
	}
	return lowered
}

// sameOrigin keeps runs of different sessions or backends apart in every group.
func sameOrigin(a, b *record.Run) bool {
	return a.Origin() == b.Origin()
}

func sameRuntime(a, b *record.Run) bool {
	return sameOrigin(a, b) && a.Cell.Runtime() == b.Cell.Runtime()
}

func sameModel(a, b *record.Run) bool { return sameRuntime(a, b) && a.Cell.Model() == b.Cell.Model() }

func sameScenario(a, b *record.Run) bool {
	return sameModel(a, b) && a.Cell.Scenario() == b.Cell.Scenario()
}

func sameConfig(a, b *record.Run) bool {
	return a.Pool() == b.Pool()
}

// column is a column and how an item fills it.
type column[T item] struct {
	table.Column
	of func(T) table.Value
}

// fill makes the rows of t, with session and backend first in a mixed set.
func fill[T item](v *view, t table.Table, items []T, columns ...[]column[T]) table.Table {
	var all []column[T]
	if v.set.Mixed {
		all = append(all, origin[T]()...)
	}
	for _, c := range columns {
		all = append(all, c...)
	}
	for _, c := range all {
		t.Columns = append(t.Columns, c.Column)
	}
	cells := make([]table.Value, len(items)*len(all)) // one piece: sets may have 100,000 runs
	t.Rows = make([][]table.Value, len(items))
	for i, it := range items {
		row := cells[i*len(all) : (i+1)*len(all) : (i+1)*len(all)]
		for k, c := range all {
			row[k] = c.of(it)
		}
		t.Rows[i] = row
	}
	return t
}

func text[T item](name string, of func(*record.Run) string) column[T] {
	return column[T]{table.Column{Name: name, Text: true}, func(it T) table.Value { return table.Text(of(it.run())) }}
}

func count[T item](name, unit string, of func(T) int) column[T] {
	return column[T]{table.Column{Name: name, Unit: unit}, func(it T) table.Value { return table.Count(of(it)) }}
}

// num is a column of optional numbers.
func num[T item](heading, name, unit string, decimals int, of func(T) *float64) column[T] {
	return column[T]{table.Column{Group: heading, Name: name, Unit: unit, Decimals: decimals},
		func(it T) table.Value { return table.Num(of(it)) }}
}

// statOf is a column of what a group has a sample of. A mean says how many
// absent values it left out; they are missing from what stands beside it too.
func statOf(heading, name, unit string, decimals int, of func(*group) stats.Sample, stat func(stats.Sample) *float64) column[*group] {
	return column[*group]{table.Column{Group: heading, Name: name, Unit: unit, Decimals: decimals},
		func(g *group) table.Value {
			s := of(g)
			value := table.Num(stat(s))
			if name == "mean" || name == "rate" {
				value = value.WithMissing(s.Absent)
			}
			return value
		}}
}

func origin[T item]() []column[T] {
	return []column[T]{
		text[T]("session", func(r *record.Run) string { return r.Session }),
		text[T]("backend", func(r *record.Run) string { return r.Label() }),
	}
}

func colRuntime[T item]() column[T] {
	return text[T]("runtime", func(r *record.Run) string { return r.Cell.Runtime() })
}

func colModel[T item](v *view) column[T] { return text[T]("model", v.model) }

func colRun[T item]() column[T] {
	return count[T]("run", "", func(it T) int { return it.run().RunNumber })
}

// config names a dual-agent configuration, with its options where a scenario
// was run with several.
func config[T item](v *view) []column[T] {
	out := []column[T]{colRuntime[T](), colModel[T](v), text[T]("scenario", func(r *record.Run) string { return r.Cell.Scenario() })}
	if v.multi.options {
		out = append(out, options[T](1)...)
	}
	return out
}

func options[T item](decimals int) []column[T] {
	return []column[T]{
		count[T]("gpu", "layers", func(it T) int { return it.run().Cell.GPU() }),
		count[T]("ctx", "tok", func(it T) int { return it.run().Cell.Ctx() }),
		num[T]("", "temp", "", decimals, func(it T) *float64 { return stats.Finite(it.run().Cell.Temp()) }),
	}
}

// counts are a group's runs, with those that failed where any did.
func counts(failed int) []column[*group] {
	out := []column[*group]{count("runs", "", func(g *group) int { return len(g.rows) })}
	if failed > 0 {
		out = append(out, count("failed", "runs", func(g *group) int { return g.failed }))
	}
	return out
}

// shortNames gives a model the part of its name before the colon, as the study
// does, and its whole name where two models share that part.
func shortNames(s *metric.Set) map[string]string {
	names, holders := map[string]string{}, map[string]int{}
	for i := range s.Rows {
		model := s.Rows[i].Run.Cell.Model()
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

// The order in which the study's appendix B has runtimes and models. Others come
// after them, by name.
var (
	runtimeOrder = []string{"rust", "python"}
	modelOrder   = []string{"qwen2.5", "gemma3", "llama3.1"}
)

// place is where a name stands in an order, by what it begins with.
func rank(order []string, name string) int {
	i := slices.IndexFunc(order, func(known string) bool { return strings.HasPrefix(name, known) })
	if i < 0 {
		return len(order)
	}
	return i
}

func byOrder(order []string, a, b string) int {
	return cmp.Or(cmp.Compare(rank(order, a), rank(order, b)), cmp.Compare(a, b))
}

// byOrigin comes first in every order of rows.
func byOrigin(a, b *record.Run) int {
	return cmp.Or(
		cmp.Compare(a.Session, b.Session),
		cmp.Compare(a.Backend.Kind, b.Backend.Kind),
		cmp.Compare(a.Cell.Topology(), b.Cell.Topology()),
		cmp.Compare(a.Backend.Machine, b.Backend.Machine),
		cmp.Compare(digit(a.Backend.Synthetic), digit(b.Backend.Synthetic)),
	)
}

func digit(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// byAppendixB is runtime by runtime, model by model, in the study's order.
func byAppendixB(a, b *record.Run) int {
	return cmp.Or(byOrigin(a, b),
		byOrder(runtimeOrder, a.Cell.Runtime(), b.Cell.Runtime()), byOrder(modelOrder, a.Cell.Model(), b.Cell.Model()))
}

// byCorrelation is model by model, runtime by runtime, in the study's order.
func byCorrelation(a, b *record.Run) int {
	return cmp.Or(byOrigin(a, b),
		byOrder(modelOrder, a.Cell.Model(), b.Cell.Model()), byOrder(runtimeOrder, a.Cell.Runtime(), b.Cell.Runtime()))
}

// byModel is model by model by name, then runtime by runtime.
func byModel(a, b *record.Run) int {
	return cmp.Or(byOrigin(a, b), cmp.Compare(a.Cell.Model(), b.Cell.Model()), cmp.Compare(a.Cell.Runtime(), b.Cell.Runtime()))
}

// sorted is a stable copy: equal items stay in the set's order.
func sorted[T item](items []T, compare func(a, b *record.Run) int) []T {
	out := slices.Clone(items)
	slices.SortStableFunc(out, func(a, b T) int { return compare(a.run(), b.run()) })
	return out
}

// label names a single-agent configuration as the study's folders and notes do:
// gpu60_ctx1024_temp8, the temperature in tenths.
func label(r *record.Run) string {
	c := r.Cell
	tenths := strconv.FormatFloat(c.Temp()*10, 'f', -1, 64)
	return "gpu" + strconv.Itoa(c.GPU()) + "_ctx" + strconv.Itoa(c.Ctx()) + "_temp" + tenths
}

// sortedBy is a stable copy by origin, then ascending key.
func sortedBy[T item](items []T, key func(T) float64) []T {
	out := slices.Clone(items)
	slices.SortStableFunc(out, func(a, b T) int {
		return cmp.Or(byOrigin(a.run(), b.run()), cmp.Compare(key(a), key(b)))
	})
	return out
}

// descending is a key that puts the largest first and what is absent last.
func descending(f *float64) float64 {
	if f == nil {
		return math.Inf(1)
	}
	return -*f
}

// percent is a × 100.
func percent(a *float64) *float64 {
	if a == nil {
		return nil
	}
	return stats.Finite(*a * 100)
}

// square is a², the variance of a standard deviation.
func square(a *float64) *float64 {
	if a == nil {
		return nil
	}
	return stats.Finite(*a * *a)
}

// change is (to − from) / from × 100, absent where from is not positive.
func change(from, to *float64) *float64 {
	if from == nil || to == nil || *from <= 0 {
		return nil
	}
	return stats.Finite((*to - *from) / *from * 100)
}

// reduction is change with the sign of the study's TTFT.
func reduction(from, to *float64) *float64 {
	c := change(from, to)
	if c == nil {
		return nil
	}
	return stats.Finite(-*c)
}
