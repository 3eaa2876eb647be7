package study

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// pooled is a model and runtime with the cells that it was measured in.
type pooled struct {
	first *record.Run
	cells []cell
}

func (p pooled) run() *record.Run { return p.first }

// mean is the mean over the cells of what the study printed of each.
func (p pooled) mean(of func(cell) *float64) table.Value {
	values := make([]*float64, len(p.cells))
	for i, c := range p.cells {
		values[i] = of(c)
	}
	s := stats.NewSample(values)
	return table.Num(s.Mean()).WithMissing(s.Absent)
}

// pool joins neighbouring cells of one model and runtime.
func pool(cells []cell) []pooled {
	var out []pooled
	for _, c := range cells {
		if n := len(out); n == 0 || !sameModel(out[n-1].first, c.first) {
			out = append(out, pooled{first: c.first})
		}
		p := &out[len(out)-1]
		p.cells = append(p.cells, c)
	}
	return out
}

// singles is the study's single-agent summary.
func (v *view) singles() table.Table {
	t := table.Table{
		ID: "tr116_single", Title: "Single-agent summary (as the study has it)", Section: table.SectionSingle,
		Definition: defSingle + " " + defChange + " " + defCellChange,
		Terms:      []table.Term{termSingle},
		N:          "One value per configuration, whatever the number of its runs, averaged over configurations; the improvement is a mean of the configurations' and not the change of the two means beside it.",
		Notes:      failures(v.single.failed()),
	}
	m := func(heading, name, unit string, of func(cell) *float64) column[pooled] {
		return column[pooled]{table.Column{Group: heading, Name: name, Unit: unit, Decimals: 2}, func(p pooled) table.Value { return p.mean(of) }}
	}
	return fill(v, t, pool(v.measured), []column[pooled]{
		colRuntime[pooled](), colModel[pooled](v),
		count("configs", "", func(p pooled) int { return len(p.cells) }),
		m("throughput", "baseline", "tok/s", func(c cell) *float64 { return c.rates.baseline.Mean() }),
		m("throughput", "tuned", "tok/s", func(c cell) *float64 { return c.rates.tuned.Mean() }),
		m("throughput", "improvement", "%", func(c cell) *float64 { return c.improve.value }),
		m("TTFT", "baseline", "ms", func(c cell) *float64 { return c.ttfts.baseline.Mean() }),
		m("TTFT", "tuned", "ms", func(c cell) *float64 { return c.ttfts.tuned.Mean() }),
		m("TTFT", "reduction", "%", func(c cell) *float64 { return c.lower.value }),
	})
}
