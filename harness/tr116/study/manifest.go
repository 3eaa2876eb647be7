package study

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// source names where a run came from: the imported file, or the cell.
func source(r *record.Run) string {
	if r.Imported != nil {
		return r.Imported.File
	}
	return r.Cell.ID
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

func (e entry) run() *record.Run { return e.first }

// entriesOf are the files of all runs, failed ones too: by suite, then by path.
func entriesOf(s *metric.Set) []entry {
	var out []entry
	for i := range s.Rows {
		r := s.Rows[i].Run
		path := file(r)
		if n := len(out); n == 0 || out[n-1].path != path || !sameOrigin(out[n-1].first, r) {
			out = append(out, entry{path: path, first: r})
		}
		e := &out[len(out)-1]
		e.runs++
		if !r.OK() {
			e.failed++
		}
	}
	slices.SortStableFunc(out, func(a, b entry) int {
		return cmp.Or(byOrigin(a.first, b.first), cmp.Compare(a.first.Suite, b.first.Suite), cmp.Compare(a.path, b.path))
	})
	return out
}

// manifest is appendix E.
func (v *view) manifest() table.Table {
	t := table.Table{
		ID: "tr116_manifest", Title: "Metrics manifest (as the study has it)", Section: table.AppendixManifest,
		Definition: "Every metrics file that the tables come from, below the folder of its session or of the imported results.",
		N:          "One row per file, with the runs in it, those that failed too.",
	}
	columns := []column[entry]{
		text[entry]("suite", func(r *record.Run) string { return r.Suite }),
		{table.Column{Name: "file", Text: true}, func(e entry) table.Value { return table.Text(e.path) }},
		count("runs", "", func(e entry) int { return e.runs }),
	}
	if v.multi.failed()+v.single.failed() > 0 {
		columns = append(columns, count("failed", "runs", func(e entry) int { return e.failed }))
	}
	return fill(v, t, v.files, columns)
}
