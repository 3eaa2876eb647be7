package commands

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
