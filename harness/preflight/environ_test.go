package preflight

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheMachineIsDescribed(t *testing.T) {
	e := Read(t.Context())
	assert.Equal(t, runtime.GOOS, e.OS)
	assert.Equal(t, runtime.GOARCH, e.Arch)
	assert.Equal(t, runtime.Version(), e.Go)
	assert.Equal(t, runtime.NumCPU(), e.Cores)
	assert.NotEmpty(t, e.Kernel)
	assert.Greater(t, e.MemoryB, int64(64<<20))
	assert.NotContains(t, e.CPU+e.Kernel+e.Governor+e.Commit, "\n")
	for _, g := range e.GPUs {
		assert.NotEmpty(t, g)
	}
	if runtime.GOOS == "linux" {
		require.NotNil(t, e.Load1)
		assert.GreaterOrEqual(t, *e.Load1, 0.0)
	}
}

func TestTheCommitIsTheCheckoutsAndSaysWhetherItChanged(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git here")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
	assert.Empty(t, Commit(t.Context()), "no checkout, no commit")

	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, []byte("1"), 0o644))
	git := func(args ...string) {
		args = append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false", "-c", "core.hooksPath="}, args...)
		out, err := exec.Command("git", args...).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	git("init", "-q")
	git("add", "file")
	git("commit", "-qm", "first")
	clean := Commit(t.Context())
	assert.Regexp(t, `^[0-9a-f]{12}$`, clean)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "results"), nil, 0o644))
	assert.Equal(t, clean, Commit(t.Context()), "a new file changes no code")
	require.NoError(t, os.WriteFile(file, []byte("22"), 0o644))
	assert.Equal(t, clean+"+dirty", Commit(t.Context()))
}

func TestACommandThatIsMissingOrFailsSaysNothing(t *testing.T) {
	assert.Empty(t, output(t.Context(), "no-such-command-anywhere"))
	assert.Empty(t, output(t.Context(), "go", "no-such-subcommand"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	began := time.Now()
	assert.Empty(t, output(ctx, "go", "version"))
	assert.Less(t, time.Since(began), 4*time.Second)
	assert.NotEmpty(t, output(t.Context(), "go", "version"))
}
