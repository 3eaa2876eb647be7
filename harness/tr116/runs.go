package tr116

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// perRun are the columns that say of one run what the study does, with the
// decimals of one of its tables.
func perRun(speed, eff, tput, ttft int) []column {
	return []column{
		metric.Single("", "speedup", "", speed, speedup), metric.Single("", "efficiency", "%", eff, efficiency),
		metric.Single("", "throughput Δ", "tok/s", tput, tputDelta), metric.Single("", "TTFT Δ", "ms", ttft, ttftDelta),
	}
}

var colContention = metric.Flag("", "contention", func(g group) *bool { return g.Rows[0].S.Contention })

// runTable is a table of every measured dual-agent run.
func (v *view) runTable(id, title, section, definition string, groups []group, columns ...[]column) table.Table {
	t := v.multiTable(id, title, section, defRun+" "+definition, nRun)
	return metric.Fill(v.set, t, groups, append([][]column{config[group](v), {colRun}}, columns...)...)
}

// flat is appendix A.
func (v *view) flat() table.Table {
	path := column{Column: table.Column{Name: "path", Text: true, Rank: 1}, Of: func(g group) table.Value { return table.Text(source(g.First())) }}
	return v.runTable("flat", "Every dual-agent run", table.AppendixFlat,
		defContention+" Path: the run's file below the results that were imported; of duet's own runs, the cell.",
		each(v.multi.rows), perRun(3, 3, 3, 3), []column{colContention, path})
}

// runs is appendix B without its statistics: one table where the study has one
// per configuration.
func (v *view) runs() table.Table {
	var rows []*metric.Row
	for _, g := range sorted(v.multi.configs, byAppendixB) {
		rows = append(rows, g.Rows...)
	}
	return v.runTable("runs", "Runs by configuration", table.AppendixRuns, defContention, each(rows), perRun(4, 2, 2, 1), []column{colContention})
}

// runNotes is appendix F.
func (v *view) runNotes() table.Table {
	return v.runTable("run_notes", "Dual-agent run notes", table.AppendixNotes, defContention, each(v.multi.rows), perRun(3, 2, 2, 1), []column{colContention})
}

// samples is appendix K.
func (v *view) samples() table.Table {
	c := perRun(3, 2, 2, 1)
	return v.runTable("samples", "Efficiency samples, sorted", table.AppendixSamples, "Rows: largest efficiency first.",
		sorted(each(v.multi.rows), byEfficiency), []column{c[1], c[0], c[2], c[3]})
}

// file is the metrics.json of a run below its session. Only imported files hold
// several runs.
func file(r *record.Run) string {
	if r.Imported != nil {
		return r.Imported.File
	}
	return r.Cell.ID + "/run_" + strconv.Itoa(r.RunNumber) + "/metrics.json"
}

// entry is a file of the manifest.
type entry struct {
	path         string
	first        *record.Run
	runs, failed int
}

func (e entry) First() *record.Run { return e.first }

// entriesOf are the files of all runs, failed ones too: by suite, then by path.
func entriesOf(s *metric.Set) []entry {
	var out []entry
	for _, row := range s.Rows {
		r := row.Run
		path := file(r)
		if n := len(out); n == 0 || out[n-1].path != path || !metric.SameOrigin(out[n-1].first, r) {
			out = append(out, entry{path: path, first: r})
		}
		e := &out[len(out)-1]
		e.runs++
		if !r.OK() {
			e.failed++
		}
	}
	slices.SortStableFunc(out, func(a, b entry) int {
		return cmp.Or(metric.CompareOrigin(a.first, b.first), cmp.Compare(a.first.Suite, b.first.Suite), cmp.Compare(a.path, b.path))
	})
	return out
}

// manifest is appendix E.
func (v *view) manifest() table.Table {
	t := table.Table{
		ID: "tr116_manifest", Title: "Metrics manifest" + asStudied, Section: table.AppendixManifest,
		Definition: "Every metrics file that the tables come from, below the folder of its session or of the imported results.",
		N:          "One row per file, with the runs in it, those that failed too.",
	}
	columns := []metric.Column[entry]{
		metric.Text[entry]("suite", func(r *record.Run) string { return r.Suite }),
		metric.Word("", "file", func(e entry) string { return e.path }),
		metric.Count("", "runs", "", func(e entry) int { return e.runs }),
	}
	if v.multi.failed()+v.single.failed() > 0 {
		columns = append(columns, metric.Count("", "failed", "runs", func(e entry) int { return e.failed }))
	}
	return metric.Fill(v.set, t, v.files, columns)
}
