package results_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

func TestARunComesBackAsItWasWritten(t *testing.T) {
	dir := t.TempDir()
	want := synthetic.Runs()[0]
	path, err := results.WriteRun(dir, want)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, filepath.FromSlash(want.Cell.ID), "run_1", "metrics.json"), path)
	got, err := results.ReadRuns(path)
	require.NoError(t, err)
	assert.Equal(t, []*record.Run{want}, got)
	assert.Equal(t, dir, results.RunFile{Path: path, Run: got[0]}.Session())
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 1, "no temporary file stays behind")
}

func TestArraysOfNumbersStayOnOneLine(t *testing.T) {
	r := synthetic.Runs()[0]
	r.Passes[0].Calls[0].Reply = "[\n1, 2\n]"
	data, err := results.Encode(r)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"chunk_deltas_ns": [121000000,10000000,`)
	got, err := results.Decode(data)
	require.NoError(t, err)
	assert.Equal(t, r, got)
}

func TestNoRunLeavesTheSessionFolder(t *testing.T) {
	dir := t.TempDir()
	for _, id := range []string{"", ".", "..", "../x", "/etc", "a/../../b", "a//b", `a\..\b`, "a/./b"} {
		r := synthetic.Runs()[0]
		r.Cell.ID = id
		_, err := results.WriteRun(dir, r)
		assert.Error(t, err, id)
	}
	r := synthetic.Runs()[0]
	r.RunNumber = 0
	_, err := results.WriteRun(dir, r)
	assert.ErrorContains(t, err, "runs count from 1")
}

func TestBadFilesAreRefusedByName(t *testing.T) {
	for name, tt := range map[string]struct{ data, want string }{
		"another schema": {`{"schema":"duet.run/3","suite":3}`, `unknown schema "duet.run/3"; this version reads "duet.run/2"`},
		"no schema":      {`{"collector":{}}`, "the file names none"},
		"a cut file":     {`{"schema":"duet.run/2",` + "\n" + `"suite":"mul`, "line 2, column"},
		"a wrong type":   {`{"schema":"duet.run/2","suite":3}`, "line 1, column"},
		"no suite":       {`{"schema":"duet.run/2","status":"ok","cell":{"id":"c"}}`, "names no suite"},
		"an empty file":  {``, "the file is empty"},
		"a list":         {`[]`, "neither a metrics.json of duet's or the study's nor text"},
	} {
		_, err := results.Decode([]byte(tt.data))
		assert.ErrorContains(t, err, tt.want, name)
	}
}

func TestATreeWithABadFileStillGivesTheOthersInOrder(t *testing.T) {
	dir := t.TempDir()
	for i, n := range []int{10, 2, 1} {
		r := synthetic.Runs()[i]
		r.RunNumber = n
		_, err := results.WriteRun(dir, r)
		require.NoError(t, err)
	}
	bad := filepath.Join(dir, "multi", "metrics.json")
	require.NoError(t, os.WriteFile(bad, []byte("{"), 0o644))
	tree, err := results.ReadTree(dir)
	require.NoError(t, err)
	var numbers []int
	for _, f := range tree.Files {
		numbers = append(numbers, f.Run.RunNumber)
	}
	assert.Equal(t, []int{1, 2, 10}, numbers)
	require.Len(t, tree.Errors, 1)
	assert.ErrorContains(t, tree.Errors[0], bad)

	one, err := results.ReadTree(tree.Files[0].Path)
	require.NoError(t, err)
	assert.Len(t, one.Files, 1)
	_, err = results.ReadTree(filepath.Join(dir, "nowhere"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestFailuresAreAppendedOneLineEach(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	r := synthetic.Runs()[3]
	r.Error = "two\nlines"
	require.NoError(t, results.AppendFailure(dir, results.FailureOf(r)))
	require.NoError(t, results.AppendFailure(dir, results.FailureOf(r)))
	data, err := os.ReadFile(filepath.Join(dir, results.FailuresFile))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	require.Len(t, lines, 2)
	var f results.Failure
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &f))
	assert.Equal(t, results.Failure{Cell: r.Cell.ID, RunNumber: 4, Round: 4, Started: "2001-02-03T04:05:04.000Z", Error: "two\nlines", Attempted: []results.Attempt{
		{Agent: "collector", Model: "alpha:7b", NumGPU: 99, NumCtx: 4096, Temp: 1},
		{Agent: "insight", Model: "alpha:7b", NumGPU: 80, NumCtx: 512, Temp: 1},
	}}, f)
}

func TestAFailedWriteLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	require.NoError(t, results.WriteFile(path, []byte("old")))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "d", "x"), 0o755))
	assert.Error(t, results.WriteFile(filepath.Join(dir, "d"), []byte("new")), "a folder is in the way")
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

// FuzzDecode: no input makes the reader panic, and what it accepts it writes
// and reads again.
func FuzzDecode(f *testing.F) {
	data, err := results.Encode(synthetic.Runs()[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"schema":"` + record.Schema + `"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := results.Decode(data)
		if err != nil {
			return
		}
		again, err := results.Encode(r)
		if err != nil {
			t.Skip(err) // a time outside the years that JSON allows
		}
		if _, err := results.Decode(again); err != nil {
			t.Errorf("%v\n%s", err, again)
		}
	})
}
