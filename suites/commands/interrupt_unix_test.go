//go:build unix

package commands

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnInterruptSavesAndTheSameCommandGoesOn(t *testing.T) {
	for name, signal := range map[string]os.Signal{"Ctrl-C": os.Interrupt, "a terminating signal": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := realTime(t.TempDir())
			cmd := command(t, args...)
			o := start(t, cmd, 2, func() { assert.NoError(t, cmd.Process.Signal(signal)) })
			o.require(t, 130)
			assert.Contains(t, o.stdout, "# stopped: interrupted; ")
			assert.Contains(t, o.stdout, "# the same command goes on from here")
			assert.Empty(t, o.stderr)
			session := o.session(t)
			absent(t, filepath.Join(session, "session.lock"))
			made := readRuns(t, session)
			require.GreaterOrEqual(t, len(made), 2, "what was printed is on disk")
			require.Less(t, len(made), 18)

			again := run(t, args...)
			again.require(t, 0)
			assert.Equal(t, session, again.session(t))
			complete(t, session, 3, 6)
		})
	}
}
