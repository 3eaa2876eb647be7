package trust

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// Session is what lies in a session's folder, as it was read. Paths are below
// the folder, with slashes. What is not there is nil.
type Session struct {
	Dir       string
	Files     []File         // by suite, cell, run number, path
	Set       *metric.Set    // everything derived from their runs; nil to derive it
	Unread    []record.Place // metrics.json that cannot be read
	Unknown   []record.Place // metrics.json of a schema that this version does not know
	Record    *results.File
	PlanHash  string // of the plan that stands in it
	RecordErr string // why session.json cannot be read, or what its schema says against it
	Summaries map[string]Summary
	Bench     []byte // bench.txt
	Failures  []byte // failures.jsonl
}

// File is one run.
type File struct {
	Path    string
	Run     *record.Run
	Foreign bool   // the file is another tool's own, in its own layout
	Invalid string // what the published schema says against it; "" for nothing
}

// Summary is what lies in a cell's folder beside its runs.
type Summary struct{ JSON, Markdown []byte }
