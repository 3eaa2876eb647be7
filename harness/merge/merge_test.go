package merge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/simulated"
	"github.com/chimeraforge/duet/harness/merge"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/harness/trust"
)

// measured makes a session and returns its folder.
func measured(t *testing.T, results, name string, change func(*settings.Settings)) string {
	t.Helper()
	s := simulated.Settings(results, name)
	if change != nil {
		change(&s)
	}
	require.NoError(t, simulated.Session(t.Context(), s))
	return filepath.Join(results, name)
}

func shard(i, n int) func(*settings.Settings) {
	return func(s *settings.Settings) { s.Shard = plan.Shard{I: i, N: n} }
}

func runsOf(t *testing.T, dir string) map[string]results.RunFile {
	t.Helper()
	tree, err := results.ReadTree(dir)
	require.NoError(t, err)
	require.Empty(t, tree.Errors)
	out := map[string]results.RunFile{}
	for _, f := range tree.Files {
		out[fmt.Sprintf("%s/run_%d", f.Run.Cell.ID, f.Run.RunNumber)] = f
	}
	require.Len(t, out, len(tree.Files))
	return out
}

func sources(dirs ...string) []merge.Source {
	var out []merge.Source
	for _, d := range dirs {
		out = append(out, merge.Source{Dir: d})
	}
	return out
}

func valid(t *testing.T, dir string) {
	t.Helper()
	v, err := trust.Validate(dir)
	require.NoError(t, err)
	assert.True(t, v.Valid, v.Said())
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

// TestShardsThatAreMergedAreTheWhole: with models and re-runs of a session that was
// not split, and no byte of a run changed but for its labels.
func TestShardsThatAreMergedAreTheWhole(t *testing.T) {
	all := t.TempDir()
	larger := func(more func(*settings.Settings)) func(*settings.Settings) {
		return func(s *settings.Settings) {
			s.Models, s.Rounds, s.Rerun = []string{"qwen2.5:7b", "gemma3:latest"}, 3, true
			if more != nil {
				more(s)
			}
		}
	}
	whole := measured(t, all, "whole", larger(nil))
	var dirs []string
	for i := range 3 {
		dirs = append(dirs, measured(t, all, fmt.Sprintf("s%d", i+1), larger(shard(i+1, 3))))
	}
	out := filepath.Join(all, "all")
	r, err := merge.Merge(merge.Options{Out: out, Sources: sources(dirs...)})
	require.NoError(t, err)
	valid(t, out)
	assert.Equal(t, 12, r.Cells)
	assert.Len(t, r.Alike, 1, "it was one machine all the time")

	want, got := runsOf(t, whole), runsOf(t, out)
	require.Len(t, got, len(want))
	assert.Equal(t, r.Runs, len(want))
	for at, w := range want {
		g := got[at].Run
		require.NotNil(t, g, at)
		assert.Equal(t, w.Run.Passes[0].Calls, g.Passes[0].Calls, "%s: virtual time is the same everywhere", at)
		assert.Equal(t, w.Run.Derived, g.Derived, at)
		assert.Equal(t, w.Run.Rerun, g.Rerun, at)
		assert.Equal(t, "all", g.Session)
		assert.Empty(t, g.Cell.Machine(), "nobody compares machines")
	}
	var lines []string
	for i, dir := range dirs {
		for at, f := range runsOf(t, dir) {
			merged := got[at]
			assert.Equal(t, fmt.Sprintf("m%d", i+1), merged.Run.Backend.Machine)
			back := strings.Replace(text(t, merged.Path), `"session": "all"`, `"session": "`+filepath.Base(dir)+`"`, 1)
			back = strings.Replace(back, fmt.Sprintf(",\n    \"machine\": \"m%d\"", i+1), "", 1)
			assert.Equal(t, text(t, f.Path), back, "every other byte is the run's")
		}
		lines = append(lines, benchmarks(t, dir)...)
		assert.FileExists(t, filepath.Join(out, "machines", fmt.Sprintf("m%d", i+1), filepath.Base(dir), "progress.log"))
	}
	assert.ElementsMatch(t, lines, benchmarks(t, out))

	f, _, err := results.Read(out)
	require.NoError(t, err)
	assert.Empty(t, f.Plan.Shard)
	assert.Len(t, keptOf(f), r.Cells)
	assert.Zero(t, f.Environment, "there are several")
	for i, m := range f.Merged {
		source, _, err := results.Read(dirs[i])
		require.NoError(t, err)
		assert.Equal(t, *source, m.Session, "as it was")
		assert.Subset(t, keptOf(f), keptOf(source))
		assert.Greater(t, len(source.Cells), len(source.Own(record.SuiteSingle))+len(source.Own(record.SuiteMulti)), "those of other shards too")
	}
	commands := strings.Join(f.Commands(), "\n")
	assert.Contains(t, commands, "-duet.shard=2/3")
	assert.Contains(t, commands, "go run ./tools/benchfmt merge -o results/all m1=results/s1 m2=results/s2 m3=results/s3")
}

// keptOf are the ids and shards of the cells that a session keeps.
func keptOf(f *results.File) map[string]string {
	out := map[string]string{}
	for _, c := range f.Cells {
		out[c.ID] = c.Shard
	}
	return out
}

func benchmarks(t *testing.T, dir string) (out []string) {
	t.Helper()
	for line := range strings.Lines(text(t, filepath.Join(dir, results.BenchName))) {
		if strings.HasPrefix(line, "Benchmark") {
			out = append(out, line)
		}
	}
	return out
}

func TestMachinesAreComparedWhenAskedAndNeverAveraged(t *testing.T) {
	all := t.TempDir()
	a, b := measured(t, all, "a", nil), measured(t, all, "b", nil)
	out := filepath.Join(all, "both")
	_, err := merge.Merge(merge.Options{Out: out, Sources: sources(a, b)})
	assert.ErrorContains(t, err, a+" and "+b+" both have multi/go/qwen2p5_7b/baseline-vs-chimera_gpu80_ctx512_temp10 and 5 more cells; -machines compares machines")
	_, err = merge.Merge(merge.Options{Out: out, Machines: true, Sources: []merge.Source{{Machine: "x", Dir: a}, {Machine: "x", Dir: b}}})
	assert.ErrorContains(t, err, "both have", "one machine has each cell once")

	_, err = merge.Merge(merge.Options{Out: out, Machines: true, Sources: []merge.Source{{Machine: "old", Dir: a}, {Machine: "new", Dir: b}}})
	require.NoError(t, err)
	valid(t, out)
	runs := runsOf(t, out)
	assert.Len(t, runs, 2*len(runsOf(t, a)))
	names := map[string]int{}
	for _, f := range runs {
		r := f.Run
		assert.Equal(t, r.Backend.Machine, r.Cell.Machine())
		assert.True(t, strings.HasSuffix(r.Cell.ID, "_on-"+r.Cell.Machine()), r.Cell.ID)
		assert.Contains(t, results.CellName(r), "/machine="+r.Cell.Machine()+"/gpu=")
		names[results.CellName(r)]++
	}
	for name, n := range names {
		assert.Equal(t, 2, n, "%s has its rounds and no other machine's", name)
	}
	f, _, err := results.Read(out)
	require.NoError(t, err)
	assert.True(t, f.Compared())
	assert.Contains(t, strings.Join(f.Commands(), "\n"), "merge -o results/both -machines old=results/a new=results/b")
}

func TestFailedRunsAndLogsGoWithTheirMachine(t *testing.T) {
	all, elsewhere := t.TempDir(), t.TempDir()
	a, b := measured(t, all, "s", shard(1, 2)), measured(t, elsewhere, "s", shard(2, 2))
	f := reopened(t, b)
	id := f.File.Suites[record.SuiteMulti][0]
	r := *runsOf(t, b)[id+"/run_1"].Run
	r.RunNumber, r.Status, r.Error, r.Started, r.Derived = f.NextRun(id), record.StatusFailed, "insight: HTTP 500", time.Now().UTC(), nil
	require.NoError(t, f.Add(&r, time.Now()))
	require.NoError(t, f.Close())
	for _, compared := range []bool{false, true} {
		out := filepath.Join(all, fmt.Sprint("out", compared))
		_, err := merge.Merge(merge.Options{Out: out, Machines: compared, Sources: []merge.Source{{Machine: "x", Dir: a}, {Machine: "x", Dir: b}}})
		require.NoError(t, err)
		valid(t, out)
		want := id
		if compared {
			want += "_on-x"
		}
		assert.Contains(t, text(t, filepath.Join(out, results.FailuresFile)), `{"cell":"`+want+`",`)
		assert.FileExists(t, filepath.Join(out, "machines", "x", "s", "progress.log"))
		assert.FileExists(t, filepath.Join(out, "machines", "x", "s-2", "progress.log"), "of the same name, from another folder")
	}
}

func TestNothingIsMeasuredInAMergedSession(t *testing.T) {
	results := t.TempDir()
	one, two := measured(t, results, "one", shard(1, 2)), measured(t, results, "two", shard(2, 2))
	cut := without(t, two, "run_2")
	out := filepath.Join(results, "out")
	_, err := merge.Merge(merge.Options{Out: out, Sources: sources(one, cut), Incomplete: true, Invalid: true})
	require.NoError(t, err)
	s := simulated.Settings(results, "out")
	err = simulated.Session(t.Context(), s)
	assert.ErrorContains(t, err, "session out was merged of several, and nothing is measured in it")
	before := len(runsOf(t, out))
	s.Session = "" // it has this plan, and lacks a run
	require.NoError(t, simulated.Session(t.Context(), s))
	assert.Len(t, runsOf(t, out), before)
}

func TestAMergeThatWasKilledIsNoResult(t *testing.T) {
	all := t.TempDir()
	one, two := measured(t, all, "one", shard(1, 2)), measured(t, all, "two", shard(2, 2))
	_, err := merge.Merge(merge.Options{Out: filepath.Join(all, "out"), Sources: sources(one, two)})
	require.NoError(t, err)
	before := len(runsOf(t, all+"/out"))
	require.NoError(t, os.Rename(filepath.Join(all, "out"), filepath.Join(all, results.Unfinished+"out-123")))
	tree, err := results.ReadTree(all)
	require.NoError(t, err)
	assert.Len(t, tree.Files, before, "of one and two alone")
	found, err := trust.Sessions(all)
	require.NoError(t, err)
	assert.Len(t, found, 2)
}

func TestASourceIsAFolderOrANameAndAFolder(t *testing.T) {
	for text, want := range map[string]merge.Source{
		"results/a": {Dir: "results/a"}, "a=b": {Machine: "a", Dir: "b"}, "gpu-box=c=d": {Machine: "gpu-box", Dir: "c=d"}, "gpu_box_3=c": {Machine: "gpu_box_3", Dir: "c"},
		"./a=b": {Dir: "./a=b"}, "results/x=y": {Dir: "results/x=y"}, `C:\a=b`: {Dir: `C:\a=b`},
	} {
		got, err := merge.ParseSource(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "a=", "=b", "My Box=b", "h-100=b", "con=b", "ABC=b", strings.Repeat("a", 33) + "=b", "é=b"} {
		_, err := merge.ParseSource(text)
		assert.Error(t, err, text)
	}
}

func FuzzParseSource(f *testing.F) {
	for _, s := range []string{"", "a", "a=b", "=", "./a=b", "a=b=c", "m1=results/x", "\x00=\n", "é=x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := merge.ParseSource(text)
		if err != nil {
			return
		}
		assert.NotEmpty(t, s.Dir)
		if s.Machine == "" {
			assert.Equal(t, text, s.Dir)
			return
		}
		assert.Equal(t, text, s.Machine+"="+s.Dir)
		assert.Regexp(t, `^[a-z0-9_][a-z0-9_-]{0,31}$`, s.Machine, "safe in folders and names")
		assert.NotRegexp(t, `-[0-9]+$`, s.Machine, "readers would take it for the processors")
	})
}
