//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestASignalEndsTheCommandCleanly: it leaves neither an error nor a file.
func TestASignalEndsTheCommandCleanly(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "duet")
	out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd := exec.Command(binary, "serve", "-timescale=1000")
		cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		_, urls := read(t, stdout)
		text, _ := ask(t, urls[0], "duet-tiny-llama", 5)
		assert.NotEmpty(t, text)
		require.NoError(t, cmd.Process.Signal(signal))
		assert.NoError(t, cmd.Wait(), "exit status 0 after %s", signal)
		left, err := os.ReadDir(cmd.Env[len(cmd.Env)-1][len("TMPDIR="):])
		require.NoError(t, err)
		assert.Empty(t, left)
	}
}
