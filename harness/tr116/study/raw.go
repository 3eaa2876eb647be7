package study

import (
	"cmp"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// byLabel is runtime, model, then the configuration's name as text: ctx1024
// before ctx512, as the study's list of files has it.
func byLabel(a, b *record.Run) int {
	return cmp.Or(byOrigin(a, b), cmp.Compare(a.Cell.Runtime, b.Cell.Runtime), cmp.Compare(a.Cell.Model, b.Cell.Model),
		cmp.Compare(label(a), label(b)))
}

// rust reports whether the study had only aggregates of a runtime's single runs.
func rust(r *record.Run) bool { return strings.HasPrefix(r.Cell.Runtime, "rust") }

// rawRuns is appendix G's first part: single-agent runs one by one.
func (v *view) rawRuns() table.Table {
	t := table.Table{
		ID: "tr116_single_runs", Title: "Single-agent run notes (as the study has it)", Section: table.AppendixRaw,
		Definition: defSingle + " " + defChange + " Rust's runs are in the table of configurations, where the study has them.",
		Terms:      []table.Term{termSingle},
		N:          "One row per measured run of every runtime but Rust; nothing is averaged over runs.", Notes: failures(v.single.failed()),
	}
	var rows []*metric.Row
	for _, g := range sorted(v.single.configs, byLabel) {
		if !rust(g.first) {
			rows = append(rows, g.rows...)
		}
	}
	n := func(heading, name, unit string, decimals int, of func(*metric.Row) *float64) column[one] {
		return num(heading, name, unit, decimals, func(o one) *float64 { return of(o.Row) })
	}
	return fill(v, t, each(rows), []column[one]{
		colRuntime[one](), colModel[one](v), text[one]("configuration", label), colRun[one](),
		n("throughput", "baseline", "tok/s", 2, baselineRate), n("throughput", "tuned", "tok/s", 2, tunedRate), n("throughput", "improvement", "%", 2, improvement),
		n("TTFT", "baseline", "ms", 1, baselineTTFT), n("TTFT", "tuned", "ms", 1, tunedTTFT), n("TTFT", "reduction", "%", 2, lowering),
	})
}

// aggregates is appendix G's second part: single-agent configurations of every
// runtime but Python, whose runs the first part has.
func (v *view) aggregates() table.Table {
	t := table.Table{
		ID: "tr116_single_aggregates", Title: "Single-agent configuration notes (as the study has it)", Section: table.AppendixRaw,
		Definition: defSingle + " Reduction: (baseline − tuned) / baseline × 100, of the cell's means.",
		Terms:      []table.Term{termSingle},
		N:          nCell, Notes: failures(v.single.failed()),
	}
	var cells []cell
	for _, c := range sorted(v.measured, byLabel) {
		if !metric.ServerFormula(c.first.Cell.Runtime) {
			cells = append(cells, c)
		}
	}
	m := func(heading, name, unit string, decimals int, of func(cell) *float64) column[cell] {
		return num(heading, name, unit, decimals, of)
	}
	return fill(v, t, cells, []column[cell]{
		colRuntime[cell](), colModel[cell](v), text[cell]("configuration", label),
		m("throughput", "baseline", "tok/s", 2, func(c cell) *float64 { return c.rates.baseline.Mean() }),
		m("throughput", "tuned", "tok/s", 2, func(c cell) *float64 { return c.rates.tuned.Mean() }),
		m("TTFT", "baseline", "ms", 1, func(c cell) *float64 { return c.ttfts.baseline.Mean() }),
		m("TTFT", "tuned", "ms", 1, func(c cell) *float64 { return c.ttfts.tuned.Mean() }),
		m("TTFT", "reduction", "%", 2, func(c cell) *float64 { return c.lower.value }),
	})
}
