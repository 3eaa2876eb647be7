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
)

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
