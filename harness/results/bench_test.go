package results

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

func singleRun() *record.Run {
	r := synthetic.Single("alpha:7b", 1)
	metric.Annotate(r)
	return r
}

func parse(t *testing.T, text string) ([]*benchfmt.Result, benchfmt.UnitMetadataMap) {
	t.Helper()
	var out []*benchfmt.Result
	r := benchfmt.NewReader(strings.NewReader(text), "bench.txt")
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.Result:
			out = append(out, rec.Clone())
		case *benchfmt.SyntaxError:
			assert.Fail(t, "not the benchmark format", rec.Error())
		}
	}
	require.NoError(t, r.Err())
	return out, r.Units()
}

func TestLinesAreReadInFullPrecision(t *testing.T) {
	for _, r := range []*record.Run{pairRun(1, 1), singleRun()} {
		t.Run(r.Suite, func(t *testing.T) {
			lines, units := parse(t, Header(r.Suite, r.Backend, r.Environment)+Line(r))
			require.Len(t, lines, 1)
			assert.Equal(t, 1, lines[0].Iters)
			want := metric.LineOf(r)
			require.Len(t, lines[0].Values, len(want))
			for i, v := range lines[0].Values {
				tidy, unit := benchunit.Tidy(want[i].Amount, want[i].Unit)
				assert.Equal(t, unit, v.Unit)
				assert.Equal(t, tidy, v.Value, "%s to the last bit", v.Unit)
				assert.NotZero(t, units.GetBetter(v.Unit), "better= of %s", v.Unit)
			}
			assert.Equal(t, r.Label(), lines[0].GetConfig("backend"))
			assert.Contains(t, lines[0].GetConfig("pkg"), "/suites/"+r.Suite)
		})
	}
}

func TestTheHeaderHoldsNothingOfOneSession(t *testing.T) {
	r := pairRun(1, 1)
	text := Header(r.Suite, r.Backend, r.Environment)
	for _, own := range []string{r.Environment.Commit, r.Started.Format("2006")} {
		assert.NotContains(t, text, own, "benchstat would make a table of its own for it")
	}
	for line := range strings.Lines(text) {
		assert.Regexp(t, `^([a-z]+: .*|Unit \S+ better=(higher|lower))\n$`, line)
	}
}

func TestTheTableOfUnitsIsWhatLinesHave(t *testing.T) {
	var listed []string
	for _, u := range metric.Lines() {
		listed = append(listed, u.Line)
		assert.NotContains(t, u.Line, " ")
		for _, scaled := range []string{"ms", "µs", "GiB", "MB"} {
			assert.NotContains(t, strings.Split(u.Line, "-"), scaled, "readers scale base units themselves")
		}
	}
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(listed))), len(listed), "no unit twice")
	seen := map[string]bool{}
	program := singleRun()
	for i := range program.Passes {
		program.Passes[i].Client = &record.Client{StartupNS: int64(5e6 * (1 + i))}
	}
	sensed := synthetic.Runs()[0]
	metric.Annotate(sensed)
	for _, r := range []*record.Run{pairRun(1, 1), singleRun(), program, sensed} {
		at := -1
		for _, m := range metric.LineOf(r) {
			i := slices.Index(listed, m.Unit)
			assert.Greater(t, i, at, "%s is in the order of the table", m.Unit)
			assert.False(t, math.IsNaN(m.Amount) || math.IsInf(m.Amount, 0), m.Unit)
			at, seen[m.Unit] = i, true
		}
	}
	for _, name := range listed {
		assert.True(t, seen[name], "%s is in the table and in no line", name)
	}
}

func TestWhatWasNotMeasuredIsNotInTheLine(t *testing.T) {
	r := pairRun(1, 1)
	for _, p := range r.Passes {
		for i := range p.Calls {
			p.Calls[i].Server.EvalNS = nil
		}
	}
	metric.Annotate(r)
	line := Line(r)
	assert.NotContains(t, line, "eff-server-%")
	assert.NotContains(t, line, " tok/s")
	assert.Contains(t, line, "eff-measured-%")
	assert.Nil(t, metric.LineOf(failedRun(1, 1)))

	r = pairRun(1, 1)
	r.Derived.Values["throughput_delta"], r.Derived.Values["efficiency_client"] = 0, 0
	assert.Contains(t, Line(r), " 0 eff-client-%", "a zero is a value")
}

func TestBenchTxtHasEverySuiteUnderItsOwnHeader(t *testing.T) {
	req := request(t.TempDir())
	f := open(t, req)
	for _, r := range []*record.Run{pairRun(2, 2), singleRun(), pairRun(1, 1)} {
		require.NoError(t, f.Add(r, noon))
	}
	var text strings.Builder
	for _, r := range f.bench.entries {
		text.WriteString(r.run.Suite + " " + strconv.Itoa(r.run.RunNumber) + "\n")
	}
	assert.Equal(t, "multi 1\nmulti 2\nsingle 1\n", text.String(), "by suite, then time")
}

func TestTheTopologyIsInTheNameAndNotInTheHeaderOfAllLines(t *testing.T) {
	r := &record.Run{Suite: record.SuiteMulti, Cell: record.NewCell("", record.CoordModel, "m", record.CoordRuntime, "go", record.CoordScenario, "chimera-homo", record.CoordTopology, record.TopologyOne, record.CoordGPU, "80")}
	r.Backend = record.Backend{Kind: "process"}
	assert.Contains(t, Name(r), "/scenario=chimera-homo/topology=one/")
	assert.Contains(t, Preamble(r.Backend), "backend: process\n")
}

func TestNamesEndInTheProcessorsAsGoTestPrintsThem(t *testing.T) {
	old := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(old) })
	r := pairRun(1, 1)
	r.Cell = r.Cell.With(record.CoordModel, "phi-3") // readers would take 3 for the processors
	runtime.GOMAXPROCS(1)
	alone := Name(r)
	assert.Regexp(t, `^BenchmarkMulti/model=[a-z0-9_-]+/runtime=go/scenario=chimera-homo/gpu=80/ctx=512/temp=1\.0$`, alone)
	runtime.GOMAXPROCS(3)
	assert.Equal(t, alone+"-3", Name(r))
	base, parts := benchfmt.Name(strings.TrimPrefix(Name(r), "Benchmark")).Parts()
	assert.Equal(t, "Multi", string(base))
	assert.Equal(t, "/model="+plan.Slug("phi-3"), string(parts[0]))
	assert.Equal(t, "-3", string(parts[len(parts)-1]))
}

func TestAMergedSessionHasAHeaderForEachMachine(t *testing.T) {
	var runs []*record.Run
	for n, m := range []string{"m1", "m2", "m1"} {
		r := pairRun(n+1, n+1)
		r.Backend.Machine, r.Cell.ID = m, r.Cell.ID+m
		if r.Environment.CPU = ""; m == "m1" {
			r.Environment.CPU = "Example CPU"
		}
		runs = append(runs, r)
	}
	dir := t.TempDir()
	require.NoError(t, WriteMerged(dir, File{Schema: FileSchema}, runs, func(r *record.Run) int {
		return map[string]int{"m1": 8, "m2": 64}[r.Backend.Machine]
	}))
	text, err := os.ReadFile(filepath.Join(dir, BenchName))
	require.NoError(t, err)
	lines, _ := parse(t, string(text))
	require.Len(t, lines, 3)
	for i, want := range []struct{ machine, cpu, procs string }{{"m1", "Example CPU", "-8"}, {"m1", "Example CPU", "-8"}, {"m2", "", "-64"}} {
		assert.Equal(t, want.machine, lines[i].GetConfig("machine"))
		assert.Equal(t, want.cpu, lines[i].GetConfig("cpu"), "not that of the machine before it")
		assert.True(t, strings.HasSuffix(lines[i].Name.String(), want.procs), "the processors of its own machine")
		assert.Equal(t, "sim, synthetic models", lines[i].GetConfig("backend"))
	}
}

// The action that most projects track Go benchmarks with, github-action-benchmark,
// documents what it reads of "tool: go": lines of Go's benchmark data format,
//
//	<name> <iterations> <value> <unit> [<value> <unit>...]
//
// with fields between blanks, an even number of them and at least four; a name of
// letters, digits and the characters below, whose -N at the end is the processors;
// and every other line is nothing to it.
var (
	actionName   = regexp.MustCompile(`^Benchmark\w+[\w()$%^&*+,./:;<=\-|\[\]{}"#]*$`)
	actionNumber = regexp.MustCompile(`^[0-9.]+$`)
)

func TestTheBenchmarkActionReadsOurLines(t *testing.T) {
	for _, r := range synthetic.Runs() {
		metric.Annotate(r)
		if !r.OK() {
			continue
		}
		fields := strings.Fields(Line(r))
		require.GreaterOrEqual(t, len(fields), 4)
		assert.Zero(t, len(fields)%2, "name and iterations, then pairs")
		assert.Regexp(t, actionName, fields[0])
		assert.Equal(t, CellName(r), strings.TrimPrefix(regexp.MustCompile(`-\d+$`).ReplaceAllString(fields[0], ""), "Benchmark"),
			"without the processors it is the cell's name, and nothing else is lost")
		n, err := strconv.Atoi(fields[1])
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		for i := 2; i < len(fields); i += 2 {
			assert.Regexp(t, actionNumber, fields[i], "no exponent and no sign: it would stop there")
			assert.NotEmpty(t, fields[i+1])
			assert.NotRegexp(t, `^[0-9.]`, fields[i+1], "a unit is no value")
		}
		assert.Equal(t, "ns/op", fields[3], "the first value is the time")
	}
}

func TestTheBenchmarkActionReadsNothingElseOfOurs(t *testing.T) {
	r := synthetic.Runs()[0]
	for line := range strings.Lines(Header(r.Suite, r.Backend, r.Environment)) {
		assert.False(t, strings.HasPrefix(line, "Benchmark"), line)
	}
}

func TestTheFilesBesideACellsRuns(t *testing.T) {
	dir := t.TempDir()
	runs := synthetic.Runs()[:6]
	require.NoError(t, writeSummary(dir, metric.NewSet(runs).Rows))
	for _, name := range []string{"summary.json", "summary.md"} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(runs[0].Cell.ID), name))
		require.NoError(t, err)
		golden.Assert(t, name, string(data))
	}
}
