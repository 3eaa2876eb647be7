package study

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/table"
)

// perRun are the columns that say of one run what the study does, with the
// decimals of one of its tables.
func perRun(speed, eff, tput, ttft int) []column[one] {
	return []column[one]{
		num("", "speedup", "", speed, func(o one) *float64 { return o.S.Speedup }),
		num("", "efficiency", "%", eff, func(o one) *float64 { return o.S.Efficiency }),
		num("", "throughput Δ", "tok/s", tput, func(o one) *float64 { return o.S.ThroughputDelta }),
		num("", "TTFT Δ", "ms", ttft, func(o one) *float64 { return o.S.TTFTDeltaMS }),
	}
}

func contention() column[one] {
	return column[one]{table.Column{Name: "contention", Text: true}, func(o one) table.Value { return table.Flag(o.S.Contention) }}
}

const defRun = defFormula + " " + defTput + " " + defTTFT

// runTable is a table of every measured dual-agent run.
func (v *view) runTable(id, title, section string, rows []*metric.Row, columns ...[]column[one]) table.Table {
	t := table.Table{
		ID: id, Title: title + " (as the study has it)", Section: section,
		Definition: defRun + " " + defContention, Terms: termsMulti, N: nRun, Notes: failures(v.multi.failed()),
	}
	return fill(v, t, each(rows), append([][]column[one]{config[one](v), {colRun[one]()}}, columns...)...)
}

// flat is appendix A.
func (v *view) flat() table.Table {
	path := column[one]{table.Column{Name: "path", Text: true, Rank: 1}, func(o one) table.Value { return table.Text(source(o.Run)) }}
	t := v.runTable("tr116_flat", "Every dual-agent run", table.AppendixFlat, v.multi.rows,
		perRun(3, 3, 3, 3), []column[one]{contention(), path})
	t.Definition += " Path: the run's file below the results that were imported; of duet's own runs, the cell."
	return t
}

// runs is appendix B without its statistics: one table where the study has one
// per configuration.
func (v *view) runs() table.Table {
	rows := make([]*metric.Row, 0, len(v.multi.rows))
	for _, g := range sorted(v.multi.configs, byAppendixB) {
		rows = append(rows, g.rows...)
	}
	return v.runTable("tr116_runs", "Runs by configuration", table.AppendixRuns, rows,
		perRun(4, 2, 2, 1), []column[one]{contention()})
}

// runNotes is appendix F.
func (v *view) runNotes() table.Table {
	return v.runTable("tr116_run_notes", "Dual-agent run notes", table.AppendixNotes, v.multi.rows,
		perRun(3, 2, 2, 1), []column[one]{contention()})
}

// samples is appendix K.
func (v *view) samples() table.Table {
	t := table.Table{
		ID: "tr116_samples", Title: "Efficiency samples, sorted (as the study has it)", Section: table.AppendixSamples,
		Definition: defRun + " Rows: largest efficiency first.", Terms: termsMulti, N: nRun, Notes: failures(v.multi.failed()),
	}
	rows := sortedBy(each(v.multi.rows), func(o one) float64 { return descending(o.S.Efficiency) })
	c := perRun(3, 2, 2, 1)
	return fill(v, t, rows, config[one](v), []column[one]{colRun[one](), c[1], c[0], c[2], c[3]})
}
