package trust

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/table"
)

// summaries holds what lies beside the runs of a cell to them. Scripts and people read
// these files because they are short. One that was written before the last run, or was
// edited, is quoted as if it were measured, while every table of duet's says otherwise.
func summaries(s *session) outcome {
	a := outcome{}
	for _, c := range s.cells {
		if imported(c.files[0].Run) {
			continue
		}
		a.of++
		summary := s.Summaries[c.id]
		if why := differs(summary.JSON, c.runs()); why != "" {
			a.against(path.Join(c.id, results.SummaryJSON), why)
		} else if why := unnamed(summary.Markdown, c.id); why != "" {
			a.against(path.Join(c.id, results.SummaryMD), why)
		}
	}
	switch {
	case len(s.cells) == 0:
		return skipped("There is no run.")
	case a.of == 0:
		return foreignRuns("nothing is written beside them")
	}
	return a
}

// runs are those of a cell, failed ones and re-runs too: a summary is of all of them.
func (c cell) runs() []*record.Run {
	var out []*record.Run
	for _, f := range c.files {
		out = append(out, f.Run)
	}
	return out
}

// differs says where a summary.json is not what its runs give. Fields that this
// version does not write, or that one did not, are no difference: a summary may be older
// than a field. Counts come first, since a summary of fewer runs differs everywhere, and
// the first number that does would explain nothing.
func differs(data []byte, runs []*record.Run) string {
	if len(bytes.TrimSpace(data)) == 0 {
		return "is not there or empty"
	}
	want := results.Of(metric.NewSet(runs))
	var have results.Summary
	if err := json.Unmarshal(data, &have); err != nil {
		return err.Error()
	}
	if have.OK != want.OK || have.Failed != want.Failed || len(have.Runs) != len(want.Runs) || len(have.Derived) != len(want.Derived) {
		return fmt.Sprintf("is of %d measured and %d failed runs; there are %d and %d", have.OK, have.Failed, want.OK, want.Failed)
	}
	text, err := json.Marshal(want)
	if err != nil {
		return err.Error()
	}
	var a, b any
	if err := json.Unmarshal(data, &a); err != nil {
		return err.Error()
	}
	if err := json.Unmarshal(text, &b); err != nil {
		return err.Error()
	}
	return unlike("", a, b)
}

// unnamed says that a summary.md is not a cell's. Its text is not held to the runs: the
// numbers are, in the summary.json beside it, and a text may change with a version.
func unnamed(data []byte, id string) string {
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	switch {
	case len(bytes.TrimSpace(rest)) == 0:
		return "is not there or empty"
	case string(first) != "# "+table.Escape(id):
		return fmt.Sprintf("is headed %.80q", first)
	}
	return ""
}

// failures holds the list of failed runs to the runs. Whoever wants to know what a session
// leaves out looks into that list and not into every folder: a failure that is not in it
// is as good as hidden. A line without its run is a fault as well, since the folder with
// the reason is gone. Each line is crossed off, so the same failure twice is found, too.
func failures(s *session) outcome {
	if s.imported {
		return foreignRuns("nothing lists their failures")
	}
	failed := map[string]string{} // of runs, by what a line says of them
	a := outcome{}
	for _, f := range s.own() {
		if !f.Run.OK() {
			failed[listed(f.Run.Cell.ID, f.Run.RunNumber)] = f.Path
			a.of++
		}
	}
	for i, line := range bytes.Split(s.Failures, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var f results.Failure
		if err := json.Unmarshal(line, &f); err != nil {
			a.against(results.FailuresFile, fmt.Sprintf("line %d: %v", i+1, err))
			continue
		}
		key := listed(f.Cell, f.RunNumber)
		if _, ok := failed[key]; !ok {
			a.against(results.FailuresFile, fmt.Sprintf("line %d: %s is no failed run, or is here twice", i+1, key))
		}
		delete(failed, key)
	}
	for _, file := range failed {
		a.against(file, "failed and is not listed")
	}
	if a.of == 0 && len(a.places) == 0 {
		a.why = "No run failed."
	}
	return a
}

// listed is what a line says of a run, by which the two are matched.
func listed(cell string, run int) string { return fmt.Sprintf("run %d of %s", run, cell) }
