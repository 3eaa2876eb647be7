package trust_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness"
	_ "github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rounds of the session under test.
const rounds = 3

// measured makes a session on the simulator, of a cell of both suites, with their
// re-runs, in which one run failed and was made again. It returns the session's folder.
func measured(t *testing.T) string {
	t.Helper()
	s := settings.Settings{
		Models: []string{"qwen2.5:7b"}, Runtimes: []string{"go"}, Scenarios: []string{plan.BaselineVsChimera},
		Rounds: rounds, Rerun: true, Budget: 8, Ctx: 512, Seed: 116, Results: t.TempDir(), Session: "s", Servers: settings.Sim,
		Timeout: 10 * time.Second, Chunks: true, Progress: settings.ProgressLog,
	}
	planned := plan.Plan{Models: s.Models, Runtimes: s.Runtimes, Scenarios: s.Scenarios, Ctx: s.Ctx}
	for suite, of := range map[string]func(plan.Plan) ([]plan.Cell, error){
		record.SuiteSingle: plan.Single.Cells, record.SuiteMulti: plan.Multi.Cells,
	} {
		cells, err := of(planned)
		require.NoError(t, err)
		measureCells(t, s, suite, cells[:1])
	}
	dir := filepath.Join(s.Results, "s")
	fail(t, dir)
	return dir
}

// measureCells measures some cells.
func measureCells(t *testing.T, s settings.Settings, suite string, cells []plan.Cell) {
	t.Helper()
	x, err := harness.Open(t.Context(), suite, s, cells)
	require.NoError(t, err)
	for len(x.Missing(cells[0])) > 0 {
		for _, round := range x.Missing(cells[0]) {
			r, err := x.Run(t.Context(), cells[0], round)
			require.NoError(t, err)
			require.True(t, r.OK(), r.Error)
		}
	}
	require.NoError(t, x.Close())
}

// fail adds a run to a session that failed in a round which has a good one.
func fail(t *testing.T, dir string) {
	t.Helper()
	file, _, err := results.Read(dir)
	require.NoError(t, err)
	r := runs(t, dir, record.SuiteMulti)[0].Run
	f, err := results.Open(results.Request{Results: filepath.Dir(dir), Name: "s", Kind: "sim", Suite: r.Suite, Plan: file.Plan, Now: time.Now()})
	require.NoError(t, err)
	r.RunNumber, r.Status, r.Error, r.Started, r.Derived = f.NextRun(r.Cell.ID), record.StatusFailed, "insight: HTTP 500", time.Now().UTC(), nil
	require.NoError(t, f.Add(r, time.Now()))
	require.NoError(t, f.Close())
}

// runs are a suite's, by number.
func runs(t *testing.T, dir, suite string) []results.RunFile {
	t.Helper()
	tree, err := results.ReadTree(filepath.Join(dir, suite))
	require.NoError(t, err)
	require.NotEmpty(t, tree.Files)
	return tree.Files
}

// copied is a session's folder that a test may spoil.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "s")
	require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

// edit changes a run of the multi suite on disk.
func edit(n int, change func(*record.Run)) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		f := runs(t, dir, record.SuiteMulti)[n-1]
		change(f.Run)
		data, err := results.Encode(f.Run)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(f.Path, data, 0o644))
	}
}

// replace rewrites a file of a session.
func replace(name string, change func(string) string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		found, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(name)))
		require.NoError(t, err)
		require.NotEmpty(t, found)
		data, err := os.ReadFile(found[0])
		require.NoError(t, err)
		text := change(string(data))
		require.NotEqual(t, string(data), text, "nothing was changed")
		require.NoError(t, os.WriteFile(found[0], []byte(text), 0o644))
	}
}

// addedRun writes one more metrics.json into a cell.
func addedRun(text string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		cell := filepath.Dir(filepath.Dir(runs(t, dir, record.SuiteMulti)[0].Path))
		require.NoError(t, os.Mkdir(filepath.Join(cell, "run_99"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(cell, "run_99", results.MetricsFile), []byte(text), 0o644))
	}
}

// replan changes what a session was to measure, and the hash that says so.
func replan(change func(*results.Plan)) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		f, _, err := results.Read(dir)
		require.NoError(t, err)
		change(&f.Plan)
		f.PlanHash = f.Plan.Hash()
		data, err := json.Marshal(f)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, results.FileName), data, 0o644))
	}
}
