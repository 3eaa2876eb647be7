package ab

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

var whole struct {
	sync.Once
	root     string
	binaries string // of its revisions, built once for all tests
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range []string{whole.root, whole.binaries} {
		if dir != "" {
			os.RemoveAll(dir)
		}
	}
	os.Exit(code)
}

// project is this project in a repository of its own, with three commits: slow has
// a simulator in which a second agent costs more, old does not know how to measure
// one round, and HEAD is as it is here.
func project(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the suite; left out with -short")
	}
	whole.Do(func() {
		dir, err := os.MkdirTemp("", "duet-ab-test-*")
		require.NoError(t, err)
		whole.root = dir
		whole.binaries, err = os.MkdirTemp("", "duet-ab-test-*")
		require.NoError(t, err)
		copyProject(t, dir)
		gitIn(t, dir, "init", "-q")
		commit := func(name string) {
			gitIn(t, dir, "add", ".")
			gitIn(t, dir, "commit", "-qm", name)
			gitIn(t, dir, "tag", name)
		}
		commit("now")
		edit(t, filepath.Join(dir, "harness", "settings", "table.go"), `{"only-round",`, `{"only-one",`)
		commit("old")
		gitIn(t, dir, "reset", "-q", "--hard", "now")
		edit(t, filepath.Join(dir, "harness", "backend", "sim", "catalogue.go"), "Loss: 0.635", "Loss: 0.71")
		commit("slow")
		gitIn(t, dir, "reset", "-q", "--hard", "now")
	})
	t.Chdir(whole.root)
	plain(t)
	return whole.root
}

// copyProject copies what git would clone, with local changes.
func copyProject(t *testing.T, to string) {
	t.Helper()
	root := gitIn(t, ".", "rev-parse", "--show-toplevel")
	names := gitIn(t, root, "ls-files", "--cached", "--others", "--exclude-standard")
	for name := range strings.FieldsSeq(names) {
		data, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted and not yet committed
		}
		require.NoError(t, err)
		write(t, filepath.Join(to, name), string(data))
	}
}

func edit(t *testing.T, path, before, after string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(data), before)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(data), before, after, 1)), 0o644))
}

// args is a comparison of one cell.
func args(results string, more ...string) []string {
	return append([]string{"-old=now", "-bench=Multi/.*/.*/scenario=chimera-homo", "-duet.models=qwen2.5:7b", "-duet.budget=16", "-duet.results=" + results}, more...)
}

// ab is the command, but for what has been built for another test.
func ab(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, log bytes.Buffer
	o, err := parse(&log, args)
	require.NoError(t, err)
	x, err := prepare(t.Context(), o)
	require.NoError(t, err)
	x.binaries = whole.binaries
	err = x.run(t.Context(), &out, &log)
	return out.String(), log.String(), err
}

// alone is the command, which builds what it needs.
func alone(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, log bytes.Buffer
	err = Run(t.Context(), &out, &log, args)
	return out.String(), log.String(), err
}

// readSides reads what both sides measured, round by round.
func readSides(t *testing.T, all string) (before, after []*record.Run) {
	t.Helper()
	for i, pattern := range []string{"old-*", "new-*"} {
		found, err := filepath.Glob(filepath.Join(all, "ab-*", pattern))
		require.NoError(t, err)
		require.Len(t, found, 1, pattern)
		tree, err := results.ReadTree(found[0])
		require.NoError(t, err)
		require.Empty(t, tree.Errors)
		for _, f := range tree.Files {
			if i == 0 {
				before = append(before, f.Run)
			} else {
				after = append(after, f.Run)
			}
		}
	}
	return before, after
}

// clean holds the command to leaving nothing but results.
func clean(t *testing.T, root string) {
	t.Helper()
	assert.Len(t, strings.Split(gitIn(t, root, "worktree", "list"), "\n"), 1)
	assert.Empty(t, gitIn(t, root, "status", "--porcelain"))
}

func TestARevisionAgainstItselfGivesTheSameNumbers(t *testing.T) {
	root, results := project(t), t.TempDir()
	stdout, stderr, err := alone(t, args(results, "-duet.rounds=2")...)
	require.ErrorIs(t, err, errInconclusive, "two rounds show nothing\n%s", stderr)
	assert.True(t, strings.HasPrefix(stdout, "# This is a SIMULATION"), stdout)
	assert.Equal(t, 1, strings.Count(stderr, "building the suites"), "one revision is built once")
	said := []string{"round 1 of 2, old side", "round 1 of 2, new side", "round 2 of 2, new side", "round 2 of 2, old side"}
	at := -1
	for _, s := range said {
		next := strings.Index(stderr, s)
		assert.Greater(t, next, at, s)
		at = next
	}
	before, after := readSides(t, results)
	require.Len(t, before, 2)
	require.Len(t, after, 2)
	for i := range before {
		assert.Equal(t, before[i].Derived, after[i].Derived, "round %d", i+1)
		assert.Equal(t, before[i].Environment.Commit, after[i].Environment.Commit)
		assert.Nil(t, before[i].Rerun)
	}
	assert.True(t, before[0].Started.Before(after[0].Started), "old first in round 1")
	assert.True(t, after[1].Started.Before(before[1].Started), "new first in round 2")
	assert.Contains(t, stdout, "0 facts differ", "names of folders are no facts")
	assert.Contains(t, stdout, "gate default on new-")
	assert.Contains(t, stdout, "\n# the old side is valid: ")
	assert.Contains(t, stdout, "\n# the new side is valid: ")
	clean(t, root)

	again, stderr, err := ab(t, args(results, "-duet.rounds=2")...)
	require.ErrorIs(t, err, errInconclusive)
	assert.Equal(t, stdout, again, "what is measured is not measured again")
	assert.NotContains(t, stderr, "building")
}

func TestAChangeShowsAndFailsTheGate(t *testing.T) {
	root, results := project(t), t.TempDir()
	stdout, stderr, err := ab(t, args(results, "-new=slow")...)
	require.ErrorIs(t, err, errFails, stderr)
	assert.Equal(t, 1, suites.Status(err, Unusable))
	assert.Regexp(t, `(?m)^commit +[0-9a-f]{12} +[0-9a-f]{12}$`, stdout)
	assert.Regexp(t, `(?m)^sources of the harness +[0-9a-f]{12} +[0-9a-f]{12}$`, stdout)
	assert.NotContains(t, stdout, "sources of the clients", "those are the same")
	_, table, ok := strings.Cut(stdout, "\nagg-tok/s")
	require.True(t, ok)
	table, _, _ = strings.Cut(table, "\n\n")
	assert.Contains(t, table, "worse")
	assert.Contains(t, stdout, "FAIL, against old-")
	before, after := readSides(t, results)
	require.Len(t, before, 6)
	require.Len(t, after, 6)
	for i := range before {
		assert.InDelta(t, 0.29/0.365, *after[i].Derived.Get("aggregate_rate") / *before[i].Derived.Get("aggregate_rate"), 0.03, "the change that was made")
	}
	clean(t, root)
}

func TestARevisionFromBeforeMakeABIsRefused(t *testing.T) {
	golden.Long(t, "builds a third revision, to refuse it")
	root, results := project(t), t.TempDir()
	stdout, _, err := ab(t, args(results, "-old=old")...)
	require.ErrorContains(t, err, "that revision is older than make ab")
	assert.Equal(t, 2, suites.Status(err, Unusable))
	assert.NotContains(t, stdout, "agg-tok/s")
	assert.NoFileExists(t, filepath.Join(results, "session.json"))
	clean(t, root)
}

func TestARevisionThatDoesNotBuildIsSaidAndLeavesNothing(t *testing.T) {
	root := project(t)
	write(t, filepath.Join(root, "harness", "broken.go"), "package harness\n\nvar x int = \"\"\n")
	t.Cleanup(func() { os.Remove(filepath.Join(root, "harness", "broken.go")) })
	_, stderr, err := ab(t, args(t.TempDir(), "-new=.")...)
	require.ErrorContains(t, err, "build the new side, ")
	require.ErrorContains(t, err, "+dirty")
	assert.Contains(t, stderr, "broken.go:3")
	assert.Len(t, strings.Split(gitIn(t, root, "worktree", "list"), "\n"), 1)
}

// tool builds the command, for tests that end it.
func tool(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "duet.exe") // the suffix matters to Windows only
	out, err := exec.Command("go", "build", "-o", path, "../..").CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}
