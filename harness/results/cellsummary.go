// # Summaries of cells
//
// In a cell's folder stand, beside its runs, summary.json and summary.md. They are
// rewritten after each run, so that a person (or a script written for the study) can
// look at a cell while the session goes on.
package results

import (
	"fmt"
	"path/filepath"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// Summary is the content of summary.json.
type Summary struct {
	Schema  string           `json:"schema"` // "duet.cell/1"
	Session string           `json:"session"`
	Backend string           `json:"backend"`
	Suite   string           `json:"suite"`
	Cell    record.Cell      `json:"cell"`
	OK      int              `json:"runs_ok"`
	Failed  int              `json:"runs_failed"`
	Runs    []record.Summary `json:"runs"` // the study's fields, by run number
	Derived []record.Derived `json:"derived"`
}

// Write rewrites the summary files of one cell from all its runs.
func Write(sessionDir string, runs []*record.Run) error {
	if len(runs) == 0 {
		return nil
	}
	dir, err := CellDir(sessionDir, runs[0].Cell.ID)
	if err != nil {
		return fmt.Errorf("cell summary: %w", err)
	}
	set := metric.NewSet(runs)
	data, err := Encode(Of(set))
	if err != nil {
		return fmt.Errorf("cell summary: %w", err)
	}
	if err := WriteFile(filepath.Join(dir, SummaryJSON), data); err != nil {
		return fmt.Errorf("cell summary: %w", err)
	}
	if err := WriteFile(filepath.Join(dir, SummaryMD), []byte(Markdown(set))); err != nil {
		return fmt.Errorf("cell summary: %w", err)
	}
	return nil
}

// Of is the summary of a cell's runs.
func Of(set *metric.Set) Summary {
	first := set.Rows[0].Run
	s := Summary{
		Schema: "duet.cell/1", Session: first.Session, Backend: first.Label(),
		Suite: first.Suite, Cell: first.Cell, Failed: len(set.Failed()),
	}
	s.OK = len(set.Rows) - s.Failed
	for _, r := range set.Rows {
		d := r.D
		d.Agents = nil // they are in each run's own file
		s.Derived = append(s.Derived, d)
		s.Runs = append(s.Runs, metric.Summarise(r.Run, r.D))
	}
	return s
}

// Markdown is the content of summary.md: the cell's tables under its name.
func Markdown(set *metric.Set) string {
	first := set.Rows[0].Run
	out := fmt.Sprintf("# %s\n\nBackend: %s. Session: %s.\n", table.Escape(first.Cell.ID), first.Label(), table.Escape(first.Session))
	shown := set.CellTables()
	for _, t := range shown {
		out += "\n" + table.Markdown(t)
	}
	return out + "\n" + table.Glossary(metric.Glossary(shown))
}
