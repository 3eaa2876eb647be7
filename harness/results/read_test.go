package results_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// place writes a run's text anywhere.
func place(t *testing.T, path string, r *record.Run) {
	t.Helper()
	data, err := results.Encode(r)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, data, 0o644))
}

func TestATreeIsReadInOrderHoweverManyReadIt(t *testing.T) {
	dir := t.TempDir()
	var want int
	for r := range synthetic.Many(400, false) {
		run, err := results.RunDir(dir, r.Cell.ID, r.RunNumber)
		require.NoError(t, err)
		place(t, filepath.Join(run, results.MetricsFile), r)
		want++
	}
	first, err := results.ReadTree(dir)
	require.NoError(t, err)
	require.Len(t, first.Files, want)
	for range 3 {
		again, err := results.ReadTree(dir)
		require.NoError(t, err)
		assert.Equal(t, first, again)
	}
}

func TestEachRunIsThereWhileItIsLookedAt(t *testing.T) {
	dir := t.TempDir()
	wanted := map[string]*record.Run{}
	for r := range synthetic.Many(300, true) {
		run, err := results.RunDir(dir, r.Cell.ID, r.RunNumber)
		require.NoError(t, err)
		path := filepath.Join(run, results.MetricsFile)
		place(t, path, r)
		read, err := results.ReadRuns(path)
		require.NoError(t, err)
		wanted[path] = read[0]
	}
	bad := filepath.Join(dir, "run_1", results.MetricsFile)
	place(t, bad, &record.Run{Schema: "another/1"})
	var mu sync.Mutex
	met := map[string]bool{}
	unread, err := results.Each(dir, func() results.Take {
		return func(path string, r *record.Run) {
			mu.Lock()
			defer mu.Unlock()
			assert.Equal(t, wanted[path], r)
			met[path] = true
		}
	})
	require.NoError(t, err)
	require.Len(t, unread, 1)
	assert.ErrorIs(t, unread[0], results.ErrSchema)
	assert.Len(t, met, len(wanted))
	_, err = results.Each(filepath.Join(dir, "nowhere"), func() results.Take { return nil })
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestARunIsFoundWhereverItLies(t *testing.T) {
	dir := t.TempDir()
	for n, at := range []string{"metrics.json", "a/metrics.json", "run_1/metrics.json", "run_2/x/metrics.json", "run_x/metrics.json", "run_3/metrics.json/run_4/metrics.json"} {
		place(t, filepath.Join(dir, filepath.FromSlash(at)), synthetic.Single("alpha:7b", n+1))
	}
	tree, err := results.ReadTree(dir)
	require.NoError(t, err)
	assert.Len(t, tree.Files, 6)
	assert.Empty(t, tree.Errors)
}

// A copy of a session beside it (D20 of the cases in the wild) or of a run or a cell
// inside it (D21) was counted twice: six repetitions of three, with intervals.
func TestACopyOfARunIsRefusedByName(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name), results.MetricsFile) }
	for n := 1; n <= 3; n++ {
		for _, session := range []string{"a", "a.bak"} {
			place(t, at(fmt.Sprintf("%s/cell/run_%d", session, n)), synthetic.Single("alpha:7b", n))
		}
	}
	place(t, at("a/cell/run_4"), synthetic.Single("alpha:7b", 1))
	later := synthetic.Single("alpha:7b", 3) // another session of that name
	later.Started = later.Started.Add(time.Hour)
	place(t, at("c/run_3"), later)

	tree, err := results.ReadTree(dir)
	require.NoError(t, err)
	assert.Len(t, tree.Files, 4)
	require.Len(t, tree.Errors, 4)
	var said []string
	for _, err := range tree.Errors {
		require.ErrorIs(t, err, results.ErrSeen)
		said = append(said, strings.ReplaceAll(err.Error(), dir, ""))
	}
	all := strings.Join(said, "\n")
	assert.Regexp(t, `run 3 of single/\S+ is in /a.bak/cell/run_3/metrics.json and in /a/cell/run_3/metrics.json; it counts once`, all)

	var reader results.Reader
	for i, session := range []string{"a.bak", "a"} {
		tree, err := reader.Tree(filepath.Join(dir, session))
		require.NoError(t, err)
		assert.Len(t, tree.Files, []int{3, 0}[i], "of two paths too")
	}

	changed := synthetic.Single("alpha:7b", 2)
	changed.Seed++
	place(t, at("b/run_2"), changed)
	_, err = results.ReadTree(dir)
	require.ErrorIs(t, err, results.ErrTwo)
	assert.ErrorContains(t, err, "they differ, so take one of them away")
}

func TestWhatCannotBeOpenedIsToldAndTheRestIsRead(t *testing.T) {
	dir := t.TempDir()
	place(t, filepath.Join(dir, "run_1", "metrics.json"), synthetic.Single("alpha:7b", 1))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "run_2"), 0o755))
	if err := os.Symlink("nowhere", filepath.Join(dir, "run_2", "metrics.json")); err != nil {
		t.Skip("no links here:", err)
	}
	tree, err := results.ReadTree(dir)
	require.NoError(t, err)
	assert.Len(t, tree.Files, 1)
	require.Len(t, tree.Errors, 1)
	assert.ErrorIs(t, errors.Join(tree.Errors...), os.ErrNotExist)
}
