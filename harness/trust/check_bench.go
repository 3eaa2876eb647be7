package trust

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/results"
)

// benchName is bench.txt below the session's folder.
const benchName = "bench.txt"

// benchLine is a line of it: name without the processors, and its values.
type benchLine struct {
	name   string
	values []metric.Value
	err    string
}

// benchLines compares bench.txt with the runs, line by line. Lines of one name
// stand in the order in which their runs began.
//
// benchstat reads this file and never the runs. A session that was killed while it
// wrote, or a line that somebody took out, changes what it says, and nothing in the
// file itself shows it. So every run must have its line, with all
// values, and no line may be left over.
func benchLines(s *session) outcome {
	switch {
	case s.imported:
		return foreignRuns("no bench.txt is written of them")
	case s.Bench == nil:
		return skipped("There is no bench.txt.")
	}
	a := outcome{}
	lines := map[string][]benchLine{}
	for _, l := range read(s.Bench) {
		if l.err != "" {
			a.against(benchName, l.err)
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
		a.against(benchName, fmt.Sprintf("%d lines are of no measured run", left))
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

// read takes bench.txt apart. A line that is none has an error and no name. The buffer
// is as long as the file, since a Scanner gives up silently at a line that is longer
// than its own, and the rest would not be read.
func read(data []byte) []benchLine {
	var out []benchLine
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, len(data)+1)
	for n := 1; s.Scan(); n++ {
		if strings.HasPrefix(s.Text(), "Benchmark") {
			out = append(out, readLine(n, strings.Fields(s.Text())))
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
