package commands

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// multi is the dual-agent suite's test binary.
var multi string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "duet-commands-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	multi = filepath.Join(dir, "multi.test.exe") // the suffix matters to Windows only
	out, err := exec.Command("go", "test", "-c", "-o", multi, "../multi").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "build the suite: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// command is the binary with arguments, in a folder that is no checkout and
// with no settings from the environment.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), multi, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "DUET_") })
	cmd.Env = append(cmd.Env, "DUET_PROGRESS=log")
	return cmd
}

// outcome is what a user sees of a command.
type outcome struct {
	code           int
	stdout, stderr string
}

func run(t *testing.T, args ...string) outcome {
	t.Helper()
	return finish(t, command(t, args...))
}

func finish(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	return outcome{exitCode(t, err), stdout.String(), stderr.String()}
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	require.NoError(t, err)
	return 0
}

// require complains with everything a user saw.
func (o outcome) require(t *testing.T, code int) {
	t.Helper()
	require.Equal(t, code, o.code, "stdout:\n%s\nstderr:\n%s", o.stdout, o.stderr)
}

// session is the folder that the command said it writes to.
func (o outcome) session(t *testing.T) string {
	t.Helper()
	for line := range strings.Lines(o.stdout) {
		if dir, ok := strings.CutPrefix(line, "# session: "); ok {
			return strings.TrimSpace(dir)
		}
	}
	require.Fail(t, "no session named", o.stdout)
	return ""
}

// readRuns reads a session's runs, none of which may be unreadable.
func readRuns(t *testing.T, session string) []*record.Run {
	t.Helper()
	tree, err := results.ReadTree(session)
	require.NoError(t, err)
	require.Empty(t, tree.Errors)
	var runs []*record.Run
	for _, f := range tree.Files {
		assert.Equal(t, filepath.Clean(session), f.Session())
		runs = append(runs, f.Run)
	}
	return runs
}

// rounds counts the good runs of every cell and planned round.
func rounds(runs []*record.Run) map[string]int {
	out := map[string]int{}
	for _, r := range runs {
		if r.OK() && r.Rerun == nil {
			out[fmt.Sprintf("%s round %d", r.Cell.ID, r.Round)]++
		}
	}
	return out
}

// reruns counts the good runs of cells that were run once more. None may be but
// where the outlier rule wants one, and there once.
func reruns(t *testing.T, runs []*record.Run) int {
	t.Helper()
	cells, again := map[string][]*record.Run{}, map[string]int{}
	for _, r := range runs {
		cells[r.Cell.ID] = append(cells[r.Cell.ID], r)
		if r.Rerun != nil && r.OK() {
			again[r.Cell.ID]++
		}
	}
	sum := 0
	for id, of := range cells {
		want := 0
		if metric.Rerun(metric.NewSet(of).Rows) != nil {
			want = 1
		}
		assert.Equal(t, want, again[id], "re-runs of %s", id)
		sum += again[id]
	}
	return sum
}

// small are arguments of a quick session of one model.
func small(results string, more ...string) []string {
	return append([]string{
		"-test.bench=.", "-duet.models=qwen2.5:7b", "-duet.rounds=2", "-duet.budget=16", "-duet.results=" + results,
	}, more...)
}

func absent(t *testing.T, path string) {
	t.Helper()
	_, err := os.Lstat(path)
	assert.ErrorIs(t, err, fs.ErrNotExist, "%s must not be there", path)
}
