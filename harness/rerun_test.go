package harness

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/session"
	"github.com/chimeraforge/duet/harness/settings"
)

// small is a session of one model that a test can afford.
func small(t *testing.T) settings.Settings {
	t.Helper()
	return settings.Settings{
		Models: []string{"qwen2.5:7b"}, Runtimes: []string{"go"},
		Scenarios: []string{plan.BaselineVsChimera, plan.ChimeraHomo},
		Rounds:    2, Budget: 32, Ctx: 512, Seed: 116, Results: t.TempDir(), Servers: settings.Sim,
		Timeout: 10 * time.Second, Chunks: true, Progress: settings.ProgressLog,
	}
}

func openMulti(t *testing.T, s settings.Settings) *session.Session {
	t.Helper()
	cells, err := plan.Multi.Cells(plan.Plan{Models: s.Models, Runtimes: s.Runtimes, Scenarios: s.Scenarios, Ctx: s.Ctx})
	require.NoError(t, err)
	x, err := Open(t.Context(), record.SuiteMulti, s, cells)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, x.Close()) })
	return x
}

// visit goes through a session as a suite does: its rounds, then its re-runs;
// after a number of runs it is killed. It returns the numbers of the rounds that
// it made runs of.
func visit(t *testing.T, s settings.Settings, runs int) (made []int, dir string) {
	t.Helper()
	x := openMulti(t, s)
	var out bytes.Buffer
	u := &Suite{experiment: plan.Multi, session: x, stop: newStop(t.Context(), processDeadline())}
	round := func() int {
		for _, c := range x.Cells() {
			if len(made) < runs && x.Lacks(c, u.round) {
				_, err := x.Run(t.Context(), c, u.round)
				require.NoError(t, err)
				made = append(made, u.round)
			}
		}
		return 0
	}
	u.rounds(round)
	u.reruns(round, &out)
	dir = x.Dir()
	require.NoError(t, x.Close())
	return made, dir
}

func TestCellsWithOutliersAreRunOnceMoreAndOnlyOnceHoweverOftenTheSessionIsKilled(t *testing.T) {
	s := small(t)
	s.Rounds, s.Budget, s.Rerun, s.Session = 3, 8, true, "mine"
	var made []int
	for range 9 { // killed after every run
		more, _ := visit(t, s, 1)
		made = append(made, more...)
	}
	assert.Equal(t, []int{1, 1, 2, 2, 3, 3, 4, 4}, made, "three rounds of two cells, and both once more")
	tree, err := results.ReadTree(filepath.Join(s.Results, "mine"))
	require.NoError(t, err)
	require.Len(t, tree.Files, 8)
	for _, f := range tree.Files {
		assert.Equal(t, f.Run.Round == 4, f.Run.Rerun != nil)
		if f.Run.Rerun != nil {
			assert.Equal(t, 4, f.Run.RunNumber, "a number of its own")
			assert.NotEmpty(t, f.Run.Rerun.Of)
			assert.Regexp(t, ` in run [123], median `, f.Run.Rerun.Reason)
		}
	}
}

func TestWithoutRerunsASessionEndsWithItsRounds(t *testing.T) {
	s := small(t)
	s.Rounds, s.Budget = 3, 8
	made, _ := visit(t, s, 100)
	assert.Equal(t, []int{1, 1, 2, 2, 3, 3}, made)
}

func TestAnUnnamedSessionIsGoneOnWithForItsReruns(t *testing.T) {
	s := small(t)
	s.Rounds, s.Budget, s.Rerun = 3, 8, true
	_, first := visit(t, s, 6)
	made, second := visit(t, s, 100)
	assert.Equal(t, []int{4, 4}, made)
	assert.Equal(t, first, second)
	_, third := visit(t, s, 1)
	assert.NotEqual(t, first, third, "nothing is missing from it now")
	entries, err := os.ReadDir(s.Results)
	require.NoError(t, err)
	assert.Len(t, entries, 2)
}
