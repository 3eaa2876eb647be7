package tr116

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// changed is a quantity from baseline to tuned options, and how the study gives the
// change between them.
type changed struct {
	heading, unit, name string
	baseline, tuned     pick
	of                  func(from, to *float64) *float64
}

var (
	rates = changed{"throughput", "tok/s", "improvement", baselineRate, tunedRate, change}
	ttfts = changed{"TTFT", "ms", "reduction", baselineTTFT, tunedTTFT, reduction}
)

// change is (to − from) / from × 100, absent where from is not positive.
func change(from, to *float64) *float64 {
	if from == nil || to == nil || *from <= 0 {
		return nil
	}
	return stats.Finite((*to - *from) / *from * 100)
}

// reduction is change with the sign of the study's TTFT.
func reduction(from, to *float64) *float64 { return stats.Scaled(change(from, to), -1) }

// run is a run's change.
func (c changed) run(r *metric.Row) *float64 { return c.of(c.baseline(r), c.tuned(r)) }

// cell is a configuration's, and the runs that could not be in it: the mean of the
// runs' changes in Python, the change of the means elsewhere. The study read the
// former from the list of runs in Python's files, and the latter from the aggregates
// in Rust's.
func (c changed) cell(g group) (value *float64, absent int) {
	if serverSide(g.First()) {
		s := g.Sample(c.run)
		return s.Mean(), s.Absent
	}
	from, to := g.Sample(c.baseline), g.Sample(c.tuned)
	return c.of(from.Mean(), to.Mean()), max(from.Absent, to.Absent)
}

// cellColumn is a configuration's change.
func (c changed) cellColumn() column {
	return column{Column: table.Column{Group: c.heading, Name: c.name, Unit: "%", Decimals: 3}, Of: func(g group) table.Value {
		value, absent := c.cell(g)
		return table.Num(value).WithMissing(absent)
	}}
}

// ofRun are both levels and the change of a run.
func (c changed) ofRun(decimals int) []column {
	return []column{
		metric.Single(c.heading, "baseline", c.unit, decimals, c.baseline),
		metric.Single(c.heading, "tuned", c.unit, decimals, c.tuned),
		metric.Single(c.heading, c.name, "%", 2, c.run),
	}
}

// ofCells are means over a model's configurations of what the study printed of each.
func (c changed) ofCells(configs []group) []column {
	over := func(name, unit string, of func(group) *float64) column {
		return column{Column: table.Column{Group: c.heading, Name: name, Unit: unit, Decimals: 2}, Of: func(model group) table.Value {
			var values []*float64
			for _, g := range configs {
				if sameModel(model, g) {
					values = append(values, of(g))
				}
			}
			s := stats.NewSample(values)
			return table.Num(s.Mean()).WithMissing(s.Absent)
		}}
	}
	return []column{
		over("baseline", c.unit, func(g group) *float64 { return g.Sample(c.baseline).Mean() }),
		over("tuned", c.unit, func(g group) *float64 { return g.Sample(c.tuned).Mean() }),
		over(c.name, "%", func(g group) *float64 { value, _ := c.cell(g); return value }),
	}
}

// singles is the study's single-agent summary.
func (v *view) singles() table.Table {
	t := v.singleTable("single", "Single-agent summary", table.SectionSingle, defChange+" "+defCellChange,
		"One value per configuration, whatever the number of its runs, averaged over configurations; the improvement is a mean of the configurations' and not the change of the two means beside it.")
	configs := metric.Count("", "configs", "", func(model group) (n int) {
		for _, g := range v.single.configs {
			if sameModel(model, g) {
				n++
			}
		}
		return n
	})
	return metric.Fill(v.set, t, v.single.models, []column{colRuntime[group](), colModel[group](v), configs},
		rates.ofCells(v.single.configs), ttfts.ofCells(v.single.configs))
}

// cells is appendix C.
func (v *view) cells() table.Table {
	t := v.singleTable("single_cells", "Single-agent configurations", table.AppendixSingle, defChange+" "+defCellChange, nCell)
	return metric.Fill(v.set, t, v.single.configs, []column{colRuntime[group](), colModel[group](v)}, options[group](3), v.single.counts(), []column{
		meanOf("throughput", "baseline", "tok/s", 3, baselineRate), meanOf("throughput", "tuned", "tok/s", 3, tunedRate), rates.cellColumn(),
		meanOf("TTFT", "baseline", "ms", 3, baselineTTFT), meanOf("TTFT", "tuned", "ms", 3, tunedTTFT), ttfts.cellColumn(),
		metric.Text[group]("source", source),
	})
}

// rawRuns is appendix G's first part: single-agent runs one by one, of every runtime
// but Rust, of whose single runs the study had only aggregates.
func (v *view) rawRuns() table.Table {
	t := v.singleTable("single_runs", "Single-agent run notes", table.AppendixRaw,
		defChange+" Rust's runs are in the table of configurations, where the study has them.",
		"One row per measured run of every runtime but Rust; nothing is averaged over runs.")
	var rows []*metric.Row
	for _, g := range sorted(v.single.configs, byLabel) {
		if !rust(g.First()) {
			rows = append(rows, g.Rows...)
		}
	}
	return metric.Fill(v.set, t, each(rows), []column{colRuntime[group](), colModel[group](v), metric.Text[group]("configuration", label), colRun},
		rates.ofRun(2), ttfts.ofRun(1))
}

// aggregates is appendix G's second part: single-agent configurations of every
// runtime but Python, whose runs the first part has.
func (v *view) aggregates() table.Table {
	t := v.singleTable("single_aggregates", "Single-agent configuration notes", table.AppendixRaw,
		"Reduction: (baseline − tuned) / baseline × 100, of the cell's means.", nCell)
	var cells []group
	for _, g := range sorted(v.single.configs, byLabel) {
		if !serverSide(g.First()) {
			cells = append(cells, g)
		}
	}
	return metric.Fill(v.set, t, cells, []column{
		colRuntime[group](), colModel[group](v), metric.Text[group]("configuration", label),
		statOf("throughput", "baseline", "tok/s", 2, baselineRate, stats.Sample.Mean), statOf("throughput", "tuned", "tok/s", 2, tunedRate, stats.Sample.Mean),
		statOf("TTFT", "baseline", "ms", 1, baselineTTFT, stats.Sample.Mean), statOf("TTFT", "tuned", "ms", 1, tunedTTFT, stats.Sample.Mean),
		metric.Num("TTFT", "reduction", "%", 2, func(g group) *float64 { value, _ := ttfts.cell(g); return value }),
	})
}

// source names where a run came from: the imported file, or the cell.
func source(r *record.Run) string {
	if r.Imported != nil {
		return r.Imported.File
	}
	return r.Cell.ID
}
