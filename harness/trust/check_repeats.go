package trust

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
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
		if why := differs(summary.JSON, c.rows); why != "" {
			a.against(path.Join(c.id, results.SummaryJSON), why)
		} else if why := unnamed(summary.Markdown, c.id); why != "" {
			a.against(path.Join(c.id, results.SummaryMD), why)
		}
	}
	return a
}

// differs says where a summary.json is not what its runs give. Counts come first, since
// a summary of fewer runs differs everywhere, and the first number that does would
// explain nothing.
func differs(data []byte, rows []*metric.Row) string {
	if len(bytes.TrimSpace(data)) == 0 {
		return "is not there or empty"
	}
	want := results.Of(metric.NewSetOf(rows))
	var have results.Summary
	if err := json.Unmarshal(data, &have); err != nil {
		return err.Error()
	}
	if have.OK != want.OK || have.Failed != want.Failed || len(have.Runs) != len(want.Runs) || len(have.Derived) != len(want.Derived) {
		return fmt.Sprintf("is of %d measured and %d failed runs; there are %d and %d", have.OK, have.Failed, want.OK, want.Failed)
	}
	var a, b any
	text, err := json.Marshal(want)
	if err := errors.Join(err, json.Unmarshal(data, &a), json.Unmarshal(text, &b)); err != nil {
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

// failures holds the list of failed runs to the runs: a failure that is not in it is as
// good as hidden, and a line without its run has lost the reason. Each line is crossed
// off, so the same failure twice is found, too.
func failures(s *session) outcome {
	if s.imported {
		return outcome{}
	}
	listed := func(cell string, run int) string { return fmt.Sprintf("run %d of %s", run, cell) }
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

// benchLine is a line of it: name without the processors, and its values.
type benchLine struct {
	name   string
	values []metric.Value
	err    string
}

// benchLines compares bench.txt with the runs, line by line. Lines of one name
// stand in the order in which their runs began.
//
// benchstat reads this file and never the runs, and nothing in the file itself shows that
// a line was cut off or taken out. So every run must have its line, with all values, and
// no line may be left over.
func benchLines(s *session) outcome {
	switch {
	case s.imported:
		return outcome{}
	case s.Bench == nil:
		return skipped("There is no bench.txt.")
	}
	a := outcome{}
	lines := map[string][]benchLine{}
	for _, l := range read(s.Bench) {
		if l.err != "" {
			a.against(results.BenchName, l.err)
			continue
		}
		lines[l.name] = append(lines[l.name], l)
	}
	for _, f := range s.inTime() {
		name := bare(results.Name(f.Run))
		a.of++
		if len(lines[name]) == 0 {
			a.against(f.Path, "has no line in bench.txt")
			continue
		}
		if why := other(lines[name][0], declared(s.Bench, metric.LineOf(f.Run))); why != "" {
			a.against(f.Path, "in bench.txt "+why)
		}
		lines[name] = lines[name][1:]
	}
	left := 0
	for _, l := range lines {
		left += len(l)
	}
	if left > 0 {
		a.against(results.BenchName, fmt.Sprintf("%d lines are of no measured run", left))
	}
	return a
}

// declared are the values of metrics that there were when a bench.txt was written:
// its header names them. Without that every session would become invalid on the day
// on which duet learns a new metric. A header without units is of an older duet, or
// was cut off, and then every metric is asked for.
func declared(bench []byte, values []metric.Value) []metric.Value {
	if !bytes.Contains(bench, []byte("\nUnit ")) {
		return values
	}
	return slices.DeleteFunc(values, func(v metric.Value) bool {
		return !bytes.Contains(bench, []byte("\nUnit "+v.Unit+" "))
	})
}

// inTime are the measured runs as bench.txt has them: by suite, then as they began.
// All lines of a cell have one name, so their order is all that tells them apart.
func (s *session) inTime() []File {
	files := slices.DeleteFunc(s.own(), func(f File) bool { return !f.Run.OK() })
	slices.SortStableFunc(files, func(a, b File) int {
		return cmp.Or(cmp.Compare(a.Run.Suite, b.Run.Suite), a.Run.Started.Compare(b.Run.Started))
	})
	return files
}

// processors is what "go test" puts behind a name: how many the session had.
var processors = regexp.MustCompile(`-\d+$`)

// bare is a name without them: whoever reads a session may have another number.
func bare(name string) string { return processors.ReplaceAllString(name, "") }

// read takes bench.txt apart. A line that is none has an error and no name.
func read(data []byte) []benchLine {
	var out []benchLine
	n := 0
	for text := range strings.Lines(string(data)) {
		if n++; strings.HasPrefix(text, "Benchmark") {
			out = append(out, readLine(n, strings.Fields(text)))
		}
	}
	return out
}

// readLine takes a line of "go test -bench" apart: a name, a count, then pairs of value
// and unit. An odd word out is a line that was cut off.
func readLine(n int, words []string) benchLine {
	if len(words) < 2 || len(words)%2 != 0 {
		return benchLine{err: fmt.Sprintf("line %d is cut off", n)}
	}
	l := benchLine{name: bare(words[0])}
	for i := 2; i < len(words); i += 2 {
		v, err := strconv.ParseFloat(words[i], 64)
		if err != nil {
			return benchLine{err: fmt.Sprintf("line %d: %v", n, err)}
		}
		l.values = append(l.values, metric.Value{Amount: v, Unit: words[i+1]})
	}
	return l
}

// other says which value of a line is not the run's. Both ways are asked: a value too
// many was not measured, or is of another run.
func other(l benchLine, want []metric.Value) string {
	have := map[string]float64{}
	for _, m := range l.values {
		have[m.Unit] = m.Amount
	}
	for _, m := range want {
		v, ok := have[m.Unit]
		switch {
		case !ok:
			return "it has no " + m.Unit
		case !close(v, m.Amount):
			return fmt.Sprintf("it has %g %s, the run gives %g", v, m.Unit, m.Amount)
		}
		delete(have, m.Unit)
	}
	for _, m := range l.values {
		if _, ok := have[m.Unit]; ok {
			return fmt.Sprintf("it has %s, which the run does not give", m.Unit)
		}
	}
	return ""
}

// same is how far two computations of one value may lie apart, relative: on
// another processor a product and a sum may be rounded once instead of twice.
const same = 1e-9

// close reports whether two values are one.
func close(a, b float64) bool {
	return a == b || math.Abs(a-b) <= same*max(math.Abs(a), math.Abs(b))
}

// unlike says where decoded JSON is not what it should be, "" where nowhere. Keys
// that only one of them has are no difference: the two may be of two versions. It stops
// at the first place, which is enough for a reader to go and look.
func unlike(at string, have, want any) string {
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s is %v", at, have)
		}
		for _, key := range slices.Sorted(maps.Keys(w)) {
			if value, ok := h[key]; ok {
				if why := unlike(strings.TrimPrefix(at+"."+key, "."), value, w[key]); why != "" {
					return why
				}
			}
		}
		return ""
	case []any:
		h, ok := have.([]any)
		if !ok || len(h) != len(w) {
			return fmt.Sprintf("%s has other entries than its runs", at)
		}
		for i := range w {
			if why := unlike(fmt.Sprintf("%s[%d]", at, i), h[i], w[i]); why != "" {
				return why
			}
		}
		return ""
	case float64:
		if h, ok := have.(float64); ok && close(h, w) {
			return ""
		}
	default:
		if have == want {
			return ""
		}
	}
	return fmt.Sprintf("%s is %v, its runs give %v", at, have, want)
}
