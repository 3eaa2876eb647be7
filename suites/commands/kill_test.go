package commands

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/trust"
)

// kills is how often sessions are killed in the test below, and killSeed where its
// dice start: another seed is another 50 places.
const (
	kills    = 50
	killSeed = 116
)

// TestASessionKilledAnywhereEndsWithTheNumbersOfOneThatWasNot kills sessions at 50
// random points and goes on with the same command each time, until a session is
// complete and another begins. Each is compared with a session that was not killed:
// its runs, re-runs included, to the last bit, its lines and its files.
//
// A point is after some number of lines, from the start of the process and of the
// first run to past the last, and a random part of a run later: so it lies in a pass,
// in the write of a run, in that of a summary, or between them.
func TestASessionKilledAnywhereEndsWithTheNumbersOfOneThatWasNot(t *testing.T) {
	golden.Long(t, "50 kills; a session that is interrupted, or stopped by a deadline, goes on in the short tests")
	t.Parallel()
	args := func(results string) []string {
		return small(results, "-duet.rounds=5", "-duet.session=mine")
	}
	whole := filepath.Join(t.TempDir(), "whole")
	began := time.Now()
	run(t, args(whole)...).require(t, 0)
	whole = filepath.Join(whole, "mine")
	want := readRuns(t, whole)
	require.Positive(t, reruns(t, want), "there are re-runs to be killed")
	run := time.Since(began) / time.Duration(len(want))

	rng := rand.New(rand.NewPCG(killSeed, kills))
	killed, before, within, after := 0, 0, 0, 0 // where: no run yet, in the middle, among the re-runs
	for sessions := 0; killed < kills; sessions++ {
		require.Less(t, sessions, kills, "sessions end sooner than they can be killed")
		results := t.TempDir()
		session := filepath.Join(results, "mine")
		for killed < kills && kill(t, args(results), rng.IntN(5)-1, time.Duration(rng.Int64N(int64(2*run)))) {
			killed++
			switch n := measuredIn(t, session); {
			case n == 0:
				before++
			case n < 15:
				within++
			default:
				after++
			}
		}
		o := finish(t, command(t, args(results)...))
		o.require(t, 0)
		assert.Contains(t, o.stdout, "# session complete: ")
		same(t, whole, session)
	}
	t.Logf("seed %d: %d kills, %d before the first run, %d in the middle, %d after the last round", killSeed, killed, before, within, after)
	assert.Equal(t, kills, killed)
	assert.Greater(t, within, kills/2, "most kills land in the middle")
	assert.Positive(t, after, "some land among the re-runs")
}

// measuredIn counts the runs of a session, none of which may be half a run. A kill
// may come before there is a session.
func measuredIn(t *testing.T, session string) int {
	t.Helper()
	if _, err := os.Stat(session); os.IsNotExist(err) {
		return 0
	}
	return len(readRuns(t, session))
}

// kill starts a command and kills it once it has printed some lines and a while has
// passed; false when it was faster.
func kill(t *testing.T, args []string, lines int, then time.Duration) bool {
	t.Helper()
	cmd := command(t, args...)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	for r := bufio.NewReader(out); lines >= 0; {
		line, err := r.ReadString('\n')
		if strings.HasPrefix(line, "Benchmark") || strings.HasPrefix(line, "# to make: ") {
			lines--
		}
		if err != nil {
			break
		}
	}
	stop := time.AfterFunc(then, func() { _ = cmd.Process.Kill() })
	defer stop.Stop()
	_, _ = io.Copy(io.Discard, out) // until it ends, by itself or not
	err = cmd.Wait()
	if err != nil && runtime.GOOS != "windows" { // which has one status for both
		require.False(t, cmd.ProcessState.Exited(), "it was killed, and did not fail: %v", err)
	}
	return err != nil
}

// same holds a session that was killed to one that was not.
func same(t *testing.T, whole, session string) {
	t.Helper()
	want, got := readRuns(t, whole), readRuns(t, session)
	assert.Equal(t, numbers(want), numbers(got))
	reruns(t, got)
	text := func(dir, name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		return string(data)
	}
	assert.Equal(t, text(whole, results.BenchName), text(session, results.BenchName))
	assert.Equal(t, files(t, whole), files(t, session), "nothing half written stays")
	v, err := trust.Validate(session)
	require.NoError(t, err)
	assert.True(t, v.Valid, v.Said())
}

// files are a session's, by their paths below it.
func files(t *testing.T, session string) (out []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(session, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, strings.TrimPrefix(path, session))
		}
		return err
	}))
	return out
}

// numbers is what a run measured, without when and by whom.
func numbers(runs []*record.Run) map[string]any {
	out := map[string]any{}
	for _, r := range runs {
		for i := range r.Passes {
			r.Passes[i].Client = nil
		}
		out[fmt.Sprintf("%s/run_%d", r.Cell.ID, r.RunNumber)] = []any{
			r.Status, r.Round, r.Seed, r.Agents, r.Passes, r.Derived, r.Summary, r.Findings,
		}
	}
	return out
}
