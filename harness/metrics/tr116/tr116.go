// Package tr116 reads the results files of Technical Report 116, the study that
// duet follows, as runs of duet's own type.
//
// The study wrote metrics.json in four shapes, told apart by their contents:
//
//	Python multi    collector and insight with metrics, concurrent_wall_time_ms, …
//	Rust multi      collector and insight with result.llm_calls, summary
//	Python single   a list of runs with baseline_results, chimera_results, performance_delta
//	Rust single     baseline, chimera, delta; its calls carry their run's number
//
// A file of the first two is one run, of the last two all repetitions of a
// cell. The labels of a run (runtime, model, options) are only in the names of
// its folders, in either spelling: multi/rust/gemma3_latest/chimera-homo_gpu80_…
// or with the model's folder twice, as its Python wrote it, with / or \.
//
// What a layout does not contain is absent, never zero: Python files have no
// client-side time to first text and no load times, no file has a solo pass.
package tr116

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chimeraforge/duet/harness/metrics"
)

// Study is the name of the study in Imported.Study, and the session of its runs.
const Study = "tr116"

// ErrLayout is returned for a file that has none of the study's shapes.
var ErrLayout = errors.New("none of the study's layouts")

// Decode reads one of the study's files. The path is where it lay; its folders
// say what was measured.
func Decode(path string, data []byte) ([]*metrics.Run, error) {
	at, err := parsePlace(path)
	if err != nil {
		return nil, err
	}
	layout, err := sniff(data)
	if err != nil {
		return nil, err
	}
	runs, err := layout(at, data)
	if err != nil {
		return nil, err
	}
	return runs, nil
}

type reader func(place, []byte) ([]*metrics.Run, error)

// sniff tells the layouts apart by what only one of them has.
func sniff(data []byte) (reader, error) {
	if b := bytes.TrimLeft(data, " \t\r\n"); len(b) > 0 && b[0] == '[' {
		return pythonSingle, nil
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(data, &keys); err != nil {
		return nil, err
	}
	has := func(names ...string) bool {
		for _, n := range names {
			if _, ok := keys[n]; !ok {
				return false
			}
		}
		return true
	}
	switch {
	case has("collector", "insight", "summary"):
		return rustMulti, nil
	case has("collector", "insight", "concurrent_wall_time_ms"):
		return pythonMulti, nil
	case has("baseline", "chimera"):
		return rustSingle, nil
	}
	return nil, fmt.Errorf("%w: expected collector, insight and summary or concurrent_wall_time_ms; or baseline and chimera; or a list of runs", ErrLayout)
}

// newRun is a run with the labels of its place.
func newRun(at place, layout, scenario string, n int) *metrics.Run {
	return &metrics.Run{
		Schema: metrics.Schema, Session: Study, Suite: at.suite, RunNumber: n, Status: metrics.StatusOK,
		Cell: metrics.Cell{
			ID: at.cellID(), Model: at.model, Runtime: at.runtime, Scenario: scenario,
			GPU: at.gpu, Ctx: at.ctx, Temp: at.temp,
		},
		Backend:  metrics.Backend{Kind: "imported"},
		Imported: &metrics.Imported{Study: Study, Layout: layout, File: at.file},
	}
}
