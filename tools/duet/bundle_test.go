package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnArchiveIsTheSameForTheSameFiles(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "bin"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bin", "x"), []byte("x"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "run.sh"), []byte("y"), 0o644))
	out := t.TempDir()
	var made []string
	for _, name := range []string{"a", "b"} {
		path := filepath.Join(out, name)
		size, err := archive(path, dir, time.Unix(1_000_000_000, 0))
		require.NoError(t, err)
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.EqualValues(t, len(data), size)
		made = append(made, string(data))
		require.NoError(t, os.Chtimes(filepath.Join(dir, "run.sh"), time.Now(), time.Unix(5, 0)))
	}
	assert.Equal(t, made[0], made[1])
	left, err := os.ReadDir(out)
	require.NoError(t, err)
	assert.Len(t, left, 2, "nothing half-written")
}

// shell runs run.sh with an empty PATH but for the tools it needs.
func shell(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("run.sh is for POSIX shells")
	}
	bin := t.TempDir()
	for _, tool := range []string{"dirname", "mkdir"} {
		path, err := exec.LookPath(tool)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(path, filepath.Join(bin, tool)))
	}
	cmd := exec.Command("/bin/sh", append([]string{"bundle/run.sh"}, args...)...)
	cmd.Env = append([]string{"PATH=" + bin, "HOME=" + t.TempDir()}, env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestRunShNamesTheNextThingToTry(t *testing.T) {
	out, err := shell(t, nil, "gpu")
	assert.Error(t, err)
	assert.Contains(t, out, "The bundled one has no GPU code")
	assert.Contains(t, out, "run.sh ollama")
	out, err = shell(t, nil, "nonsense")
	assert.Error(t, err)
	assert.Contains(t, out, "allowed are gpu, ollama and sim")
	out, err = shell(t, nil)
	assert.Error(t, err, "there are no programs beside the script")
	assert.Contains(t, out, "synthetic models (DUET_MODELS=tiny)", "no GPU, so the processor")
	out, err = shell(t, []string{"DUET_MODELS=study"}, "ollama")
	assert.Error(t, err)
	assert.NotContains(t, out, "synthetic models")
}
