package ab

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// gitIn runs git in a folder, as nobody in particular.
func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git here")
	}
	cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false", "-c", "core.hooksPath="}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

// small is a repository with two commits and what a revision of duet has.
func small(t *testing.T) repository {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	write(t, filepath.Join(dir, "harness", "driver", "client.py"), "1")
	write(t, filepath.Join(dir, ".gitignore"), "/results/\n")
	gitIn(t, dir, "init", "-q")
	gitIn(t, dir, "add", ".")
	gitIn(t, dir, "commit", "-qm", "first")
	write(t, filepath.Join(dir, "harness", "x.go"), "2")
	gitIn(t, dir, "add", ".")
	gitIn(t, dir, "commit", "-qm", "second")
	return repository{dir}
}

func TestRevisionsAreWhatGitKnows(t *testing.T) {
	r := small(t)
	head, err := r.resolve(t.Context(), "HEAD")
	require.NoError(t, err)
	assert.Equal(t, "second", head.subject)
	assert.Len(t, head.commit, 40)
	assert.Equal(t, head.commit[:12], head.label)
	first, err := r.resolve(t.Context(), "HEAD~1")
	require.NoError(t, err)
	assert.NotEqual(t, head.harness, first.harness)
	assert.Equal(t, head.clients, first.clients, "the clients are the same in both")
	clean, err := r.resolve(t.Context(), workTree)
	require.NoError(t, err)
	assert.Equal(t, head, clean, "a work tree without changes is its commit")
	for _, name := range []string{"nowhere", "--all", "HEAD:harness", ""} {
		_, err := r.resolve(t.Context(), name)
		assert.ErrorContains(t, err, "no revision", name)
	}
}

func TestAWorkTreeIsTakenAsItIs(t *testing.T) {
	r := small(t)
	write(t, filepath.Join(r.root, "harness", "x.go"), "3")
	write(t, filepath.Join(r.root, "new.go"), "in no commit")
	write(t, filepath.Join(r.root, "results", "big"), "ignored")
	gitIn(t, r.root, "add", "harness/x.go")
	status := gitIn(t, r.root, "status", "--porcelain")

	rev, err := r.resolve(t.Context(), workTree)
	require.NoError(t, err)
	assert.Regexp(t, `^[0-9a-f]{12}\+dirty$`, rev.label)
	again, err := r.resolve(t.Context(), workTree)
	require.NoError(t, err)
	assert.Equal(t, rev, again, "the same tree is the same revision")
	assert.Equal(t, status, gitIn(t, r.root, "status", "--porcelain"), "the user's index is left alone")

	write(t, filepath.Join(r.root, "harness", "x.go"), "edited while it is measured")
	dir := filepath.Join(t.TempDir(), "checkout")
	remove, err := r.checkout(t.Context(), rev, dir)
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(dir, "harness", "x.go"))
	require.NoError(t, err)
	assert.Equal(t, "3", string(text))
	assert.FileExists(t, filepath.Join(dir, "new.go"))
	assert.NoFileExists(t, filepath.Join(dir, "results", "big"))
	remove()
	assert.NoDirExists(t, dir)
	assert.Len(t, strings.Split(gitIn(t, r.root, "worktree", "list"), "\n"), 1)
	assert.Len(t, strings.Split(gitIn(t, r.root, "branch", "--all"), "\n"), 1, "no branch knows it")
	edited, err := r.resolve(t.Context(), workTree)
	require.NoError(t, err)
	assert.NotEqual(t, rev.commit, edited.commit)
}

func TestAShallowCloneSaysSo(t *testing.T) {
	r := small(t)
	dir := filepath.Join(t.TempDir(), "clone")
	gitIn(t, r.root, "clone", "-q", "--depth=1", "file://"+filepath.ToSlash(r.root), dir)
	_, err := repository{dir}.resolve(t.Context(), "HEAD~1")
	assert.ErrorContains(t, err, "this clone is shallow: git fetch --unshallow")
}

func TestWithoutACheckoutThereAreNoRevisions(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
	_, err := openRepository(t.Context())
	assert.ErrorContains(t, err, "this is no git checkout")
	t.Setenv("PATH", dir)
	_, err = openRepository(t.Context())
	assert.ErrorContains(t, err, "two revisions are compared by git")
}

func TestAnotherProjectIsNoRevision(t *testing.T) {
	r := small(t)
	gitIn(t, r.root, "rm", "-rq", "harness")
	gitIn(t, r.root, "commit", "-qm", "gone")
	_, err := r.resolve(t.Context(), "HEAD")
	assert.ErrorContains(t, err, "has no folder harness")
}
