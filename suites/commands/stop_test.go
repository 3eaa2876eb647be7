package commands

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/metrics"
)

// realTime makes a session of 18 runs that each take a few hundred milliseconds.
func realTime(results string) []string {
	return small(results, "-duet.rounds=6", "-duet.timescale=50")
}

func complete(t *testing.T, session string, cells, perCell int) {
	t.Helper()
	runs := readRuns(t, session)
	reruns(t, runs)
	counts := rounds(runs)
	assert.Len(t, counts, cells*perCell)
	for what, n := range counts {
		assert.Equal(t, 1, n, "%s was measured once", what)
	}
	absent(t, filepath.Join(session, "session.lock"))
}

func TestTheDeadlineStopsBetweenTwoRunsAndTheSameCommandGoesOn(t *testing.T) {
	t.Parallel()
	args := realTime(t.TempDir())
	// Fifteen seconds are kept free to stop servers; what is left is not enough.
	o := run(t, append(args, "-test.timeout=16s")...)
	o.require(t, 1)
	assert.Contains(t, o.stdout, "# stopped: go test would end this binary in ")
	assert.Contains(t, o.stdout, "# the same command goes on from here; -timeout 0 lets it run to the end\n")
	assert.NotContains(t, o.stdout, "complete")
	assert.NotContains(t, o.stdout, "--- FAIL", "to stop is no failure of a benchmark")
	assert.NotContains(t, o.stdout+o.stderr, "panic: test timed out")
	session := o.session(t)
	made := readRuns(t, session)
	assert.Less(t, len(made), 18)
	for _, r := range made {
		assert.True(t, r.OK(), r.Error)
	}
	assert.Contains(t, o.stdout, fmt.Sprintf("; %d runs are missing:\n", 18-len(made)))
	assert.Regexp(t, `(?m)^#   multi/go/qwen2p5_7b/chimera-homo_gpu80_ctx512_temp10: rounds \[.*6\]$`, o.stdout)
	absent(t, filepath.Join(session, "session.lock"))

	again := run(t, append(args, "-test.timeout=0")...)
	again.require(t, 0)
	assert.Equal(t, session, again.session(t), "the same command is the same session")
	if len(made) > 0 {
		assert.Contains(t, again.stdout, fmt.Sprintf("# resumed: %d runs of this suite are there already\n", len(made)))
	}
	lines, _ := parse(t, again.stdout)
	assert.Len(t, lines, 18-len(made)+reruns(t, readRuns(t, session)), "only what was missing, and the re-runs")
	complete(t, session, 3, 6)
}

// start runs a command and calls at once a benchmark line is out.
func start(t *testing.T, cmd *exec.Cmd, at int, then func()) outcome {
	t.Helper()
	var stderr, text strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	n := 0
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		text.WriteString(line)
		if strings.HasPrefix(line, "Benchmark") {
			if n++; n == at {
				then()
			}
		}
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
	}
	return outcome{exitCode(t, cmd.Wait()), text.String(), stderr.String()}
}

func TestAKilledSessionEndsWithTheNumbersOfOneThatWasNot(t *testing.T) {
	t.Parallel()
	args := func(results string) []string {
		return small(results, "-duet.rounds=8", "-duet.session=mine")
	}
	whole := t.TempDir()
	run(t, args(whole)...).require(t, 0)

	results := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))
	killed := 0
	for range 8 {
		cmd := command(t, args(results)...)
		after := time.Duration(20+rng.IntN(200)) * time.Millisecond
		require.NoError(t, cmd.Start())
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		if err != nil {
			killed++
		}
	}
	require.Positive(t, killed)
	o := run(t, args(results)...)
	o.require(t, 0)
	assert.Contains(t, o.stdout, "# session complete: ")
	session := filepath.Join(results, "mine")
	complete(t, session, 3, 8)

	want, got := numbers(readRuns(t, filepath.Join(whole, "mine"))), numbers(readRuns(t, session))
	assert.Equal(t, want, got, "%d kills changed nothing", killed)
	for _, name := range []string{"bench.txt"} {
		a, err := os.ReadFile(filepath.Join(whole, "mine", name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(session, name))
		require.NoError(t, err)
		assert.ElementsMatch(t, strings.Split(string(a), "\n"), strings.Split(string(b), "\n"), name)
	}
}

// numbers is what a run measured, without when and by whom.
func numbers(runs []*metrics.Run) map[string]any {
	out := map[string]any{}
	for _, r := range runs {
		for i := range r.Passes {
			r.Passes[i].Client = nil
		}
		out[fmt.Sprintf("%s/run_%d", r.Cell.ID, r.RunNumber)] = []any{
			r.Status, r.Round, r.Seed, r.Agents, r.Passes, r.Derived, r.Summary, r.Warnings,
		}
	}
	return out
}
