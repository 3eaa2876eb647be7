package tr116

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
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

// byLabel is runtime, model, then the configuration's name as text: ctx1024
// before ctx512, as the study's list of files has it.
func byLabel(a, b *record.Run) int {
	return cmp.Or(byOrigin(a, b), cmp.Compare(a.Cell.Runtime(), b.Cell.Runtime()), cmp.Compare(a.Cell.Model(), b.Cell.Model()),
		cmp.Compare(label(a), label(b)))
}

// rust reports whether the study had only aggregates of a runtime's single runs.
func rust(r *record.Run) bool { return strings.HasPrefix(r.Cell.Runtime(), "rust") }

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
		if !serverSide(c.first) {
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
