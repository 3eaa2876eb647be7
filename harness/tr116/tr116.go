// Package tr116 is Technical Report 116, the study that duet follows, in a room
// of its own: it reads the study's results files as runs of duet's own type, and
// has the study's formulas, its tables with its columns and decimals, and what
// its report says of such runs.
//
// # Shape
//
//	bytes → layout → record.Run with Imported   importer: Claims, Decode
//	record.Run → AsStudied                      what the study published of a run
//	metric.Set → view → groups → tables         Tables; every cell as printed
//
// Nobody imports this package but tools, golden tests and whoever wants the
// study: it registers itself with results, metric and report, as a database
// driver does. It speaks of the study's own runs, and of others only when asked
// (metric.Set.Study). The test in golden/tr116 reads the study itself to prove
// the tables.
//
// # Files
//
// The study wrote metrics.json in four layouts, told apart by their contents:
//
//	Python multi    collector and insight with metrics, concurrent_wall_time_ms, …
//	Rust multi      collector and insight with result.llm_calls, summary
//	Python single   a list of runs with baseline_results, chimera_results, performance_delta
//	Rust single     baseline, chimera, delta; its calls carry their run's number
//
// A file of the first two is one run, of the last two all repetitions of a
// cell. The labels of a run (runtime, model, options) are in the names of its
// folders, in either spelling: multi/rust/gemma3_latest/chimera-homo_gpu80_…
// or with the model's folder twice, as its Python wrote it, with / or \. Where a
// file repeats a label, the two must agree.
//
// What a layout does not contain is absent, never zero: Python files have no
// client-side time to first text and no load times, no file has a solo pass.
// What makes a run (its number, its agents, their wall times and tokens) must
// be there. docs/tr116.md says which field becomes what.
//
// # Why not use these tables
//
// The study's two formulas are not comparable between runtimes, and neither sees
// contention. Every definition says so; package metric has the corrected tables.
// They show more columns than the study's only where one needs them: session and
// backend in a mixed set, the options where one scenario was run with several, a
// count of failed runs where there are any. Failed runs are in no mean.
package tr116

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/results"
)

// Study is the name of the study in Imported.Study, and the session of its runs.
const Study = "tr116"

func init() {
	results.RegisterImporter(results.Importer{Name: Study, Claims: Claims, Decode: Decode})
	metric.RegisterFormulas(formulas)
	registerRules()
	report.RegisterStudy(report.Study{Prefix: "tr116_", Tables: Tables, Answer: answer, Reading: reading})
}

// ErrLayout is wrapped by the error for a file that has none of the study's
// layouts.
var ErrLayout = errors.New("none of the study's layouts")

// layout is one of the study's four.
type layout struct {
	name     string // one of metrics' Layout constants
	suite    string
	language string // what its runtime's folder begins with
	read     func(place, field) []*record.Run
}

var (
	pythonMulti  = layout{record.LayoutPythonMulti, record.SuiteMulti, "python", readPythonMulti}
	rustMulti    = layout{record.LayoutRustMulti, record.SuiteMulti, "rust", readRustMulti}
	pythonSingle = layout{record.LayoutPythonSingle, record.SuiteSingle, "python", readPythonSingle}
	rustSingle   = layout{record.LayoutRustSingle, record.SuiteSingle, "rust", readRustSingle}
)

// Decode reads one of the study's files. The path is where it lay; its folders
// say what was measured. Errors say line, column and what was expected there; a
// file with an error gives no run at all.
func Decode(path string, data []byte) ([]*record.Run, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // Windows editors begin files with it
	if err := wellFormed(data); err != nil {
		return nil, err
	}
	doc := &document{data: data}
	l, err := sniff(root(doc))
	if err != nil {
		return nil, err
	}
	at, err := parsePlace(path)
	if err != nil {
		return nil, err
	}
	if err := at.fits(l); err != nil {
		return nil, err
	}
	runs := l.read(at, root(doc))
	if err := doc.err(); err != nil {
		return nil, err
	}
	return runs, nil
}

// fits refuses a file in the folder of another kind: the folder's runtime says
// which of the study's formulas a run is under.
func (p place) fits(l layout) error {
	if p.suite != l.suite || !strings.HasPrefix(p.runtime, l.language) {
		return fmt.Errorf("expected a file of %s/%s, as its folders say, found one of %s/%s", p.suite, p.runtime, l.suite, l.language)
	}
	return nil
}

// sniff tells the layouts apart by what only one of them has.
func sniff(f field) (layout, error) {
	if f.kind() == "a list" {
		return pythonSingle, nil
	}
	if f.kind() == "an object" {
		top := (&document{data: f.doc.data}).quiet(f)
		switch {
		case top.has("collector") || top.has("insight"):
			if top.has("summary") {
				return rustMulti, nil
			}
			return pythonMulti, nil
		case top.has("baseline") || top.has("chimera"):
			return rustSingle, nil
		}
	}
	return layout{}, fmt.Errorf("%w: expected collector, insight and concurrent_wall_time_ms or summary; or baseline and chimera; or a list of runs; found %s", ErrLayout, f.kind())
}

// quiet reads a field's members into a document of its own, whose complaints
// nobody hears.
func (d *document) quiet(f field) object {
	f.doc = d
	return f.object()
}

// marks are keys and words that only the study's files have; schema is the key
// that only duet's have.
var marks = []string{
	`"llm_calls"`, `"throughput_tokens_per_sec"`, `"concurrent_wall_time_ms"`, `"execution_time_s"`,
	`"baseline_results"`, `"performance_delta"`, `"chimera_homo"`, `"baseline_vs_chimera"`,
}

// Claims reports whether a file, broken as it may be, is meant to be one of the
// study's, so that an error about it can say what the study's would have had.
// Contents decide; of a file that says nothing, the folders do.
func Claims(path string, data []byte) bool {
	if bytes.Contains(data, []byte(`"schema"`)) {
		return false
	}
	for _, m := range marks {
		if bytes.Contains(data, []byte(m)) {
			return true
		}
	}
	at, err := parsePlace(path)
	return err == nil && (strings.HasPrefix(at.runtime, "python") || strings.HasPrefix(at.runtime, "rust"))
}

// newRun is a run with the labels of its place.
func newRun(at place, layout, scenario string, n int) *record.Run {
	return &record.Run{
		Schema: record.Schema, Session: Study, Suite: at.suite, RunNumber: n, Status: record.StatusOK,
		Cell: record.NewCell(at.cellID(), record.CoordModel, at.model, record.CoordRuntime, at.runtime, record.CoordScenario, scenario,
			record.CoordGPU, record.Whole(at.gpu), record.CoordCtx, record.Whole(at.ctx), record.CoordTemp, record.Decimal(at.temp)),
		Backend:  record.Backend{Kind: "imported"},
		Imported: &record.Imported{Study: Study, Layout: layout, File: at.file},
	}
}
