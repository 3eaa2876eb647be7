//go:build ollama

package main

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheBundleMeasuresInAnEmptyContainer makes the bundle and runs it where
// there is a shell and nothing else: no Go, no library, no network.
func TestTheBundleMeasuresInAnEmptyContainer(t *testing.T) {
	shell := emptyContainers(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "b.tar.gz")
	require.NoError(t, bundle(t.Context(), io.Discard, os.Stderr, []string{"-o", path}))
	name := fmt.Sprintf("duet-bundle-test-%d", os.Getpid())
	image(t, name, path, shell)

	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"sim", "-suites", "multi", "-duet.rounds=1"}, []string{"SIMULATED", "eff-measured-%"}},
		{[]string{"-suites", "multi", "-duet.rounds=1", "-duet.models=duet-tiny-llama", "-duet.scenarios=chimera-homo", "-duet.budget=8"},
			[]string{"servers: process (as asked with -duet.ollama)", "model=duet-tiny-llama", "eff-measured-%", "/duet-bundle/results/"}},
	} {
		out, err := inside(t, name, c.args...)
		require.NoError(t, err, out)
		for _, w := range c.want {
			assert.Contains(t, out, w)
		}
		assert.Contains(t, out, "/report.html")
	}
	out, err := inside(t, name, "gpu")
	assert.Error(t, err)
	assert.Contains(t, out, "The bundled one has no GPU code", "it says so before anything fails")
	out, err = inside(t, name, "nonsense")
	assert.Error(t, err)
	assert.Contains(t, out, "allowed are gpu, ollama and sim")
}

// emptyContainers finds what an empty container takes: an engine, and a shell
// that needs no library.
func emptyContainers(t *testing.T) (shell string) {
	t.Helper()
	missing := func(format string, args ...any) {
		if os.Getenv("CI") != "" {
			t.Fatalf("in CI it is there: "+format, args...)
		}
		t.Skipf(format, args...)
	}
	if out, err := exec.Command("docker", "info").CombinedOutput(); err != nil {
		missing("no container engine: %s", bytes.TrimSpace(out))
	}
	shell, err := exec.LookPath("busybox")
	if err != nil || !isStatic(shell) {
		missing("no static busybox (Debian's busybox-static)")
	}
	return shell
}

// image makes an image of the unpacked bundle and a shell.
func image(t *testing.T, name, bundle, shell string) {
	t.Helper()
	rootfs := t.TempDir()
	for _, d := range []string{"bin", "tmp"} {
		require.NoError(t, os.Mkdir(filepath.Join(rootfs, d), 0o777))
	}
	require.NoError(t, copyProgram(shell, filepath.Join(rootfs, "bin", "busybox")))
	for _, applet := range []string{"sh", "dirname", "mkdir"} {
		require.NoError(t, os.Symlink("busybox", filepath.Join(rootfs, "bin", applet)))
	}
	require.NoError(t, exec.Command("tar", "-xzf", bundle, "-C", rootfs).Run())
	cmd := exec.Command("docker", "import", "-", name)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	w := tar.NewWriter(in)
	require.NoError(t, w.AddFS(os.DirFS(rootfs)))
	require.NoError(t, w.Close())
	require.NoError(t, in.Close())
	require.NoError(t, cmd.Wait())
	t.Cleanup(func() { assert.NoError(t, exec.Command("docker", "image", "rm", "-f", name).Run()) })
}

// inside runs run.sh in a container of its own without a network.
func inside(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	container := name + "-run"
	t.Cleanup(func() { _ = exec.Command("docker", "rm", "-f", container).Run() })
	cmd := exec.CommandContext(ctx, "docker", append([]string{"run", "--rm", "--name", container, "--network", "none", "-e", "HOME=/tmp/home", "-w", "/duet-bundle", name, "./run.sh"}, args...)...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
