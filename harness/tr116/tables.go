package tr116

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/table"
)

// makers are the tables, in the study's order.
var makers = []func(*view) table.Table{
	(*view).runtimes, (*view).models, (*view).configurations,
	(*view).gaps, (*view).gains, (*view).notes,
	(*view).singles,
	(*view).flat,
	(*view).runs, (*view).statistics, (*view).correlations, (*view).variances, (*view).distributions,
	(*view).cells,
	(*view).cards,
	(*view).manifest,
	(*view).runNotes,
	(*view).rawRuns, (*view).aggregates,
	(*view).validation,
	(*view).samples,
}

// Tables returns every table of the study that has something to say about s,
// whoever measured it. Their ids begin with "tr116_".
func Tables(s *metric.Set) []table.Table {
	v := newView(&metric.Set{Rows: studied(s.Rows), Mixed: s.Mixed})
	var out []table.Table
	for _, f := range makers {
		if t := f(v); len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return s.Mark(out)
}

// studied are rows under the study's formulas.
func studied(rows []*metric.Row) []*metric.Row {
	out := make([]*metric.Row, len(rows))
	for i, r := range rows {
		row := *r
		row.S = AsStudied(r.Run, &row.D)
		out[i] = &row
	}
	return out
}
