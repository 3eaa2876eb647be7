package results

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// bench is bench.txt: one benchmark line for every good run, in full precision
// ("go test" itself prints four figures). It is written whole each time, so a
// kill never leaves half a line.
type bench struct {
	path       string
	entries    []entry
	processors func(*record.Run) int // of the machine that made a run
}

// entry is a run as it stands in the file. Its text is made once: it holds
// percentiles over every chunk of the run.
type entry struct {
	run  *record.Run
	text string
}

// BenchName is the file of benchmark lines in a session's folder.
const BenchName = "bench.txt"

func newBench(path string) *bench { return &bench{path: path, processors: here} }

func here(*record.Run) int { return runtime.GOMAXPROCS(0) }

func (b *bench) add(r *record.Run) {
	if r.OK() {
		b.entries = append(b.entries, entry{r, lineOn(r, b.processors(r))})
	}
}

func (b *bench) write() error {
	slices.SortStableFunc(b.entries, func(x, y entry) int {
		return cmp.Or(cmp.Compare(x.run.Suite, y.run.Suite), cmp.Compare(x.run.Backend.Machine, y.run.Backend.Machine), x.run.Started.Compare(y.run.Started))
	})
	var out bytes.Buffer
	for i, e := range b.entries {
		if i == 0 || b.entries[i-1].run.Suite != e.run.Suite || b.entries[i-1].run.Backend.Machine != e.run.Backend.Machine {
			out.WriteString(Header(e.run.Suite, e.run.Backend, e.run.Environment))
		}
		out.WriteString(e.text)
	}
	return WriteFile(b.path, out.Bytes())
}

// Header is the configuration and the units before a suite's lines. It holds
// nothing that differs between two sessions that may be compared: readers make
// a table of its own for every value of every key. Nor does it hold the
// topology, which is in the names: the lines of one file have several. A machine of
// a merged session is there, because its lines are no repetitions of another's.
func Header(suite string, b record.Backend, e record.Environment) string {
	var out bytes.Buffer
	fmt.Fprintf(&out, "goos: %s\ngoarch: %s\npkg: github.com/chimeraforge/duet/suites/%s\n", e.OS, e.Arch, suite)
	switch {
	case e.CPU != "":
		fmt.Fprintf(&out, "cpu: %s\n", e.CPU)
	case b.Machine != "": // or it would be that of the machine before it
		out.WriteString("cpu:\n")
	}
	out.WriteString(Preamble(b))
	return out.String()
}

// Preamble is the part of the header that "go test" does not print itself.
func Preamble(b record.Backend) string {
	var out bytes.Buffer
	machine := b.Machine
	b.Machine = ""
	fmt.Fprintf(&out, "backend: %s\n", b.Label())
	if machine != "" {
		fmt.Fprintf(&out, "machine: %s\n", machine)
	}
	for _, m := range metric.Lines() {
		fmt.Fprintf(&out, "Unit %s better=%s\n", m.Line, m.Improves())
	}
	return out.String()
}

// Line is a good run as a benchmark line; one iteration is one run.
func Line(r *record.Run) string { return lineOn(r, here(r)) }

func lineOn(r *record.Run, processors int) string {
	out := append([]byte(nameOn(r, processors)), " 1"...)
	for _, m := range metric.LineOf(r) {
		out = append(out, ' ')
		out = strconv.AppendFloat(out, m.Amount, 'f', -1, 64)
		out = append(append(out, ' '), m.Unit...)
	}
	return string(append(out, '\n'))
}

// Name is the benchmark's full name, as "go test" prints it.
func Name(r *record.Run) string { return nameOn(r, here(r)) }

func nameOn(r *record.Run, processors int) string {
	name := "Benchmark" + CellName(r)
	if processors > 1 {
		name += "-" + strconv.Itoa(processors)
	}
	return name
}

// CellName is what a run's benchmark lines have in common with those of the same
// cell on any machine: the name without Benchmark and without the processors.
func CellName(r *record.Run) string { return plan.FullName(r.Suite, r.Cell) }

// Summary is the content of summary.json. It and summary.md stand in a cell's folder
// beside its runs and are rewritten after each, so that a person (or a script written
// for the study) can look at a cell while the session goes on.
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

// writeSummary rewrites the summary files of one cell from all its runs.
func writeSummary(sessionDir string, rows []*metric.Row) error {
	set := metric.NewSetOf(rows)
	dir, err := CellDir(sessionDir, rows[0].Run.Cell.ID)
	if err == nil {
		err = errors.Join(writeJSON(filepath.Join(dir, SummaryJSON), Of(set)), WriteFile(filepath.Join(dir, SummaryMD), []byte(markdown(set))))
	}
	if err != nil {
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

// markdown is the content of summary.md: the cell's tables under its name.
func markdown(set *metric.Set) string {
	first := set.Rows[0].Run
	out := fmt.Sprintf("# %s\n\nBackend: %s. Session: %s.\n", table.Escape(first.Cell.ID), first.Label(), table.Escape(first.Session))
	shown := set.CellTables()
	for _, t := range shown {
		out += "\n" + table.Markdown(t)
	}
	return out + "\n" + table.Glossary(metric.Glossary(shown))
}
