package results

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// pairRun is a good run of the dual-agent suite.
func pairRun(n, round int) *record.Run {
	r := synthetic.Pair("alpha:7b", "chimera-homo", n, 1.6)
	r.RunNumber, r.Round = n, round
	r.Started = noon.Add(time.Duration(n) * time.Minute)
	metric.Annotate(r)
	return r
}

func failedRun(n, round int) *record.Run {
	r := pairRun(n, round)
	synthetic.Fail(r)
	r.RunNumber, r.Round = n, round
	metric.Annotate(r)
	return r
}

// request asks for two rounds of the cell of pairRun.
func request(results string) Request {
	return Request{
		Results: results, Kind: "sim", Suite: record.SuiteMulti, Cells: []string{pairRun(1, 1).Cell.ID}, Now: noon,
		Plan: Plan{Schema: record.Schema, Models: []string{"alpha:7b"}, Rounds: 2, Budget: 32, Commit: "abc"},
	}
}

// session makes a session with some runs, last written at a time, and closes it.
func session(t *testing.T, req Request, at time.Time, runs ...*record.Run) string {
	t.Helper()
	f, err := Open(req)
	require.NoError(t, err)
	require.NoError(t, f.Save(at))
	for _, r := range runs {
		require.NoError(t, f.Add(r, at))
	}
	require.NoError(t, f.Close())
	return f.Dir
}

func open(t *testing.T, req Request) *Folder {
	t.Helper()
	f, err := Open(req)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, f.Close()) })
	return f
}

// rerun asks for three rounds and re-runs.
func rerun(r *Request) { r.Plan.Rounds, r.Plan.Rerun = 3, true }

// outlying are runs of a cell, one of which lies far out.
func outlying(n int) []*record.Run {
	var runs []*record.Run
	for i := 1; i <= n; i++ {
		runs = append(runs, pairRun(i, i))
	}
	*runs[1].Passes[0].Calls[0].Server.EvalNS *= 3
	return runs
}

// withRerun adds a re-run.
func withRerun(runs []*record.Run, ok bool) []*record.Run {
	n := len(runs) + 1
	r := pairRun(n, n)
	if !ok {
		r = failedRun(n, n)
	}
	r.Rerun = &record.Rerun{Of: []int64{2}, Reason: "x"}
	return append(runs, r)
}

func TestWhatAKillLeftOutOfTheListOfFailuresIsMended(t *testing.T) {
	req := request(t.TempDir())
	dir := session(t, req, noon, pairRun(1, 1), failedRun(2, 1))
	path := filepath.Join(dir, FailuresFile)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, left := range []string{"", string(whole[:20]), string(whole) + string(whole)} {
		require.NoError(t, os.WriteFile(path, []byte(left), 0o644))
		f, err := Open(req)
		require.NoError(t, err)
		require.Equal(t, dir, f.Dir)
		require.NoError(t, f.Close())
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(whole), string(got))
	}
}

func TestTheReasonOfARerunIsThatOfThePlannedRuns(t *testing.T) {
	req := request(t.TempDir())
	rerun(&req)
	f := open(t, req)
	id := req.Cells[0]
	for i, r := range outlying(3) {
		assert.Nil(t, f.Due(id), "after %d of 3 rounds", i)
		require.NoError(t, f.Add(r, noon))
	}
	due := f.Due(id)
	require.NotNil(t, due)
	assert.Equal(t, []int64{2}, due.Of)
	recorded, measured := f.Rerun(id)
	assert.False(t, recorded || measured)
	for _, ok := range []bool{false, true} {
		r := withRerun(outlying(3), ok)[3]
		r.RunNumber = f.NextRun(id)
		require.NoError(t, f.Add(r, noon))
		recorded, measured = f.Rerun(id)
		assert.True(t, recorded)
		assert.Equal(t, ok, measured, "a failed one is made again where its session is named")
		assert.Equal(t, due, f.Due(id))
	}
}

func TestRunsAreNumberedAfterTheLast(t *testing.T) {
	req := request(t.TempDir())
	f := open(t, req)
	cell := req.Cells[0]
	assert.Equal(t, 1, f.NextRun(cell))
	require.NoError(t, f.Add(failedRun(1, 1), noon))
	assert.Equal(t, 2, f.NextRun(cell), "a failed run has its number")
	require.NoError(t, f.Add(pairRun(7, 2), noon))
	assert.Equal(t, 8, f.NextRun(cell), "a gap is not filled")
	assert.Equal(t, 1, f.NextRun("multi/go/alpha_7b/other"))
	assert.False(t, f.Measured(cell, 1), "it failed")
	assert.True(t, f.Measured(cell, 2))
	assert.Len(t, f.rows[cell], 2)
}

func TestAddWritesEverythingThatIsPromised(t *testing.T) {
	req := request(t.TempDir())
	f := open(t, req)
	good, bad := pairRun(1, 1), failedRun(2, 2)
	require.NoError(t, f.Add(good, noon.Add(time.Minute)))
	assert.NoFileExists(t, filepath.Join(f.Dir, FailuresFile))
	require.NoError(t, f.Add(bad, noon.Add(2*time.Minute)))

	cell := filepath.Join(f.Dir, good.Cell.ID)
	for n, want := range map[int]*record.Run{1: good, 2: bad} {
		got, err := ReadRuns(filepath.Join(cell, fmt.Sprintf("run_%d", n), MetricsFile))
		require.NoError(t, err)
		assert.Equal(t, want.Derived, got[0].Derived)
		assert.Equal(t, want.Error, got[0].Error)
	}
	var summary struct {
		OK     int `json:"runs_ok"`
		Failed int `json:"runs_failed"`
	}
	text, err := os.ReadFile(filepath.Join(cell, SummaryJSON))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &summary))
	assert.Equal(t, 1, summary.OK)
	assert.Equal(t, 1, summary.Failed)
	assert.FileExists(t, filepath.Join(cell, SummaryMD))

	text, err = os.ReadFile(filepath.Join(f.Dir, FailuresFile))
	require.NoError(t, err)
	var failure Failure
	require.NoError(t, json.Unmarshal(text, &failure), "one object, one line")
	assert.Equal(t, FailureOf(bad), failure)
	assert.Equal(t, bad.Error, failure.Error)
	assert.Equal(t, "2026-05-04T12:02:00.000Z", failure.Started)

	text, err = os.ReadFile(filepath.Join(f.Dir, "bench.txt"))
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(text), "\nBenchmark"), "a failed run has no line")
	file, _, err := readFile(f.Dir)
	require.NoError(t, err)
	assert.Equal(t, noon.Add(2*time.Minute), file.Updated.UTC())
}

func TestASessionKilledBetweenARunAndItsSummaryIsMended(t *testing.T) {
	req := request(t.TempDir())
	req.Name = "mine"
	dir := session(t, req, noon, pairRun(1, 1))
	_, err := WriteRun(dir, pairRun(2, 2)) // and no more
	require.NoError(t, err)
	open(t, req)
	text, err := os.ReadFile(filepath.Join(dir, "bench.txt"))
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(text), "\nBenchmark"))
	text, err = os.ReadFile(filepath.Join(dir, req.Cells[0], SummaryJSON))
	require.NoError(t, err)
	assert.Contains(t, string(text), `"runs_ok": 2`)
}
