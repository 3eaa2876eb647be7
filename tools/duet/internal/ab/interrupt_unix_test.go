//go:build unix

package ab

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/results"
)

// TestWhateverEndsAComparisonTheSameCommandGoesOn: the second and third time the
// command is ended, in the middle of a run; the last time it ends by itself, with
// the numbers of one that was never interrupted.
func TestWhateverEndsAComparisonTheSameCommandGoesOn(t *testing.T) {
	golden.Long(t, "three partial sessions in real time, two of them interrupted")
	binary := tool(t)
	root, all := project(t), t.TempDir()
	t.Setenv("TMPDIR", t.TempDir())
	// Real time, so that there is something to interrupt: some 0.2 s a run.
	args := args(all, "-duet.rounds=3", "-duet.timescale=20")

	code := end(t, binary, args, "round 1 of 3, new side", os.Interrupt)
	assert.Equal(t, 130, code)
	clean(t, root)
	assert.Empty(t, left(t, os.Getenv("TMPDIR")), "no checkout, no binaries")
	before, after := readSides(t, all)
	assert.GreaterOrEqual(t, len(before)+len(after), 2, "what was said is on disk")
	assert.Less(t, len(before)+len(after), 6)

	assert.Equal(t, -1, end(t, binary, args, "round 2 of 3, new side", os.Kill))
	for _, side := range []string{"old-*", "new-*"} {
		found, err := filepath.Glob(filepath.Join(all, "ab-*", side))
		require.NoError(t, err)
		file, _, err := results.Read(found[0])
		require.NoError(t, err)
		require.NotNil(t, file)
	}

	_, stderr, err := ab(t, args...)
	require.ErrorIs(t, err, errInconclusive, stderr)
	assert.NotContains(t, stderr, "round 1 of 3")
	before, after = readSides(t, all)
	require.Len(t, before, 3)
	require.Len(t, after, 3)
	for i := range before {
		assert.Equal(t, i+1, before[i].Round)
		assert.Equal(t, i%2 == 0, before[i].Started.Before(after[i].Started), "round %d in its order", i+1)
	}
	clean(t, root)
}

// end starts the command, sends a signal when it says something, and returns its
// exit status.
func end(t *testing.T, binary string, args []string, at string, signal os.Signal) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, append([]string{"ab"}, args...)...)
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	said, seen := strings.Builder{}, false
	for r := bufio.NewReader(stderr); ; {
		line, err := r.ReadString('\n')
		said.WriteString(line)
		if !seen && strings.Contains(line, at) {
			seen = true
			require.NoError(t, cmd.Process.Signal(signal))
		}
		if err != nil {
			assert.ErrorIs(t, err, io.EOF)
			break
		}
	}
	require.True(t, seen, said.String())
	_ = cmd.Wait()
	if s := cmd.ProcessState.Sys().(syscall.WaitStatus); s.Signaled() {
		return -1
	}
	return cmd.ProcessState.ExitCode()
}

// left are the command's folders in a temporary folder.
func left(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "duet-ab-*"))
	require.NoError(t, err)
	return found
}
