package commands

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"

	"github.com/chimeraforge/duet/harness/plan"
)

// parse reads benchmark lines as benchstat does; not one line may be wrong.
func parse(t *testing.T, text string) ([]*benchfmt.Result, benchfmt.UnitMetadataMap) {
	t.Helper()
	var out []*benchfmt.Result
	r := benchfmt.NewReader(strings.NewReader(text), "output")
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

func TestTheWholeMatrixIsMeasuredAndCanBeRead(t *testing.T) {
	t.Parallel()
	o := run(t, "-test.bench=.", "-duet.rounds=6", "-duet.budget=16", "-duet.results="+t.TempDir())
	o.require(t, 0)
	assert.Empty(t, o.stderr, "go test merges it into stdout, in the middle of a line")
	assert.Contains(t, firstLines(o.stdout, 2), "SIMULATION")
	assert.Contains(t, firstLines(o.stdout, 2), "make bench TAGS=ollama")
	assert.Contains(t, o.stdout, "# to make: 54 runs of 9 cells")
	assert.Contains(t, o.stdout, "# session complete: ")
	session := o.session(t)
	runs := readRuns(t, session)
	assert.Len(t, rounds(runs), 54)
	again := reruns(t, runs)
	file, err := os.ReadFile(filepath.Join(session, "bench.txt"))
	require.NoError(t, err)

	t.Run("printed and written lines say the same", func(t *testing.T) { sameLines(t, 54+again, o.stdout, string(file)) })
	for name, text := range map[string]string{"stdout": o.stdout, "bench.txt": string(file)} {
		path := filepath.Join(t.TempDir(), "lines.txt")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		t.Run(name+" is read by benchstat without a doubt", func(t *testing.T) { benchstat(t, path) })
	}
}

func firstLines(s string, n int) string {
	return strings.Join(strings.SplitAfterN(s, "\n", n+1)[:n], "")
}

// sameLines compares what "go test" prints in four figures with bench.txt.
func sameLines(t *testing.T, n int, printed, written string) {
	short, units := parse(t, printed)
	full, fileUnits := parse(t, written)
	require.Len(t, short, n)
	require.Len(t, full, n)
	assert.Equal(t, len(units), len(fileUnits))
	for _, line := range short {
		assert.Equal(t, 1, line.Iters, "never the token count")
		i := slices.IndexFunc(full, func(f *benchfmt.Result) bool {
			return f.Name.String() == line.Name.String() && close4(f, line)
		})
		if !assert.GreaterOrEqual(t, i, 0, "%s is not in bench.txt", line.Name) {
			continue
		}
		for _, key := range []string{"backend", "goos", "goarch", "pkg", "cpu"} {
			assert.Equal(t, line.GetConfig(key), full[i].GetConfig(key), key)
		}
		assert.Equal(t, "sim", line.GetConfig("backend"), "simulated numbers say so")
		full = slices.Delete(full, i, i+1)
	}
	for _, line := range short {
		for _, v := range line.Values {
			assert.NotZero(t, units.GetBetter(v.OrigUnit)+units.GetBetter(v.Unit), "better= of %s", v.Unit)
			assert.NotContains(t, v.OrigUnit, "ms")
		}
	}
}

// close4 reports whether all values agree in four significant figures.
func close4(a, b *benchfmt.Result) bool {
	if len(a.Values) != len(b.Values) {
		return false
	}
	for _, v := range a.Values {
		w, ok := b.Value(v.Unit)
		if !ok || math.Abs(v.Value-w) > 6e-4*math.Abs(v.Value) {
			return false
		}
	}
	return true
}

// benchstat runs every command that the documentation may recommend.
func benchstat(t *testing.T, path string) {
	tool, err := exec.Command("go", "tool", "-n", "benchstat").Output()
	require.NoError(t, err)
	for _, args := range [][]string{
		{"-col", "/runtime", "-row", "/model,/scenario"},
		{"-table", ".config,/scenario", "-col", "/runtime", "-row", "/model"},
		{"-filter", "/scenario:" + plan.ChimeraHomo, "-col", "/runtime", "-row", "/model"},
		{},
	} {
		var stdout, stderr bytes.Buffer
		cmd := exec.Command(strings.TrimSpace(string(tool)), append(args, path)...)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		require.NoError(t, cmd.Run(), "%v: %s", args, stderr.String())
		assert.Empty(t, stderr.String(), "%v", args)
		assert.Contains(t, stdout.String(), "speedup-measured")
		assert.Contains(t, stdout.String(), "gemma3_latest")
		for _, doubt := range []string{"¹", "²", "warning", "vary", "B1"} {
			assert.NotContains(t, stdout.String(), doubt, "%v", args)
		}
	}
}

func TestOneIterationIsOneRecordedRun(t *testing.T) {
	t.Parallel()
	o := run(t, small(t.TempDir(), "-duet.scenarios=chimera-homo", "-test.benchtime=3x")...)
	o.require(t, 0)
	runs := readRuns(t, o.session(t))
	require.Len(t, runs, 6+reruns(t, runs))
	for i, r := range runs[:6] {
		assert.Equal(t, i+1, r.RunNumber)
		assert.Equal(t, i/3+1, r.Round, "three in each round")
	}
	lines, _ := parse(t, o.stdout)
	require.Len(t, lines, 2+reruns(t, runs))
	mean := (*runs[0].Derived.Get("speedup_measured") + *runs[1].Derived.Get("speedup_measured") + *runs[2].Derived.Get("speedup_measured")) / 3
	got, ok := lines[0].Value("speedup-measured")
	require.True(t, ok)
	assert.InEpsilon(t, mean, got, 1e-3, "the line is the mean of its iterations")
	assert.Equal(t, 3, lines[0].Iters)
	file, err := os.ReadFile(filepath.Join(o.session(t), "bench.txt"))
	require.NoError(t, err)
	full, _ := parse(t, string(file))
	assert.Len(t, full, len(runs), "each run is a sample of its own")
}

func TestAFilterSelectsAndNothingElseIsMissed(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		want []string // cells, by the end of their folder
	}{
		{"a model and a scenario", []string{"-test.bench=BenchmarkMulti/model=gemma.*/runtime=.*/scenario=chimera-homo"},
			[]string{"gemma3_latest/chimera-homo_gpu80_ctx512_temp10"}},
		{"a model", []string{"-test.bench=Multi/model=gemma"},
			[]string{"gemma3_latest/baseline-vs-chimera_gpu80_ctx512_temp10", "gemma3_latest/chimera-hetero_gpu80_ctx512_temp10", "gemma3_latest/chimera-homo_gpu80_ctx512_temp10"}},
		{"two alternatives", []string{"-test.bench=Multi/gemma//homo|Multi/qwen//hetero"},
			[]string{"gemma3_latest/chimera-homo_gpu80_ctx512_temp10", "qwen2p5_7b/chimera-hetero_gpu80_ctx512_temp10"}},
		{"what is skipped", []string{"-test.bench=Multi/gemma", "-test.skip=///baseline|///hetero"},
			[]string{"gemma3_latest/chimera-homo_gpu80_ctx512_temp10"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := run(t, append([]string{"-duet.rounds=1", "-duet.budget=8", "-duet.results=" + t.TempDir()}, test.args...)...)
			o.require(t, 0)
			assert.Contains(t, o.stdout, "# session complete: ")
			var got []string
			for _, r := range readRuns(t, o.session(t)) {
				got = append(got, strings.TrimPrefix(r.Cell.ID, "multi/go/"))
			}
			assert.ElementsMatch(t, test.want, got)
		})
	}
}

func TestNastyModelNamesStayInTheFolderAndInTheLine(t *testing.T) {
	t.Parallel()
	models := []string{
		"../../../etc/passwd", "/abs/path", "..", "a b", "a  b", "名前:7b", "phi-3", "phi-3:14b", "UPPER", "upper",
		"con", `back\slash`, "hf.co/user/repo:Q4_K_M", "x=1/y=2", "-flag", "ключ", "a:b:c", "percent%s", "“quoted”",
	}
	outside := t.TempDir()
	results := filepath.Join(outside, "a", "b", "results")
	o := run(t, "-test.bench=.", "-duet.models="+strings.Join(models, ","), "-duet.rounds=1", "-duet.budget=4",
		"-duet.scenarios=chimera-homo", "-duet.results="+results)
	o.require(t, 0)
	runs := readRuns(t, o.session(t))
	require.Len(t, runs, len(models))
	assert.True(t, strings.HasPrefix(o.session(t), results+string(filepath.Separator)))
	for dir, only := range map[string]string{outside: "a", filepath.Join(outside, "a"): "b", filepath.Join(outside, "a", "b"): "results"} {
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, entries, 1, "nothing beside %s", only)
	}
	lines, _ := parse(t, o.stdout)
	require.Len(t, lines, len(models), "every line can be read")
	seen := map[string]bool{}
	for _, l := range lines {
		base, parts := l.Name.Parts()
		assert.Equal(t, "Multi", strings.TrimPrefix(string(base), "Benchmark"))
		require.GreaterOrEqual(t, len(parts), 6)
		key, slug, ok := strings.Cut(string(parts[0]), "=")
		require.True(t, ok)
		assert.Equal(t, "/model", key)
		assert.Regexp(t, `^[a-z0-9_][a-z0-9_-]*$`, slug)
		assert.Equal(t, "/runtime=go", string(parts[1]))
		assert.Equal(t, "/temp=1.0", string(parts[5]))
		seen[slug] = true
	}
	assert.Len(t, seen, len(models), "no two models share a name")
}
