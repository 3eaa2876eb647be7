//go:build unix

package session

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	_ "github.com/chimeraforge/duet/harness/backend/ollama/reuse"
	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
)

// training is an nvidia-smi of a machine on whose GPU somebody computes.
const training = `#!/bin/sh
case "$*" in
*query-compute-apps*) echo '99, python3, 8000' ;;
*query-gpu=index*) echo '0, NVIDIA L4, 550.54, Enabled, 72.00, 72.00, 8001, 23034, 0' ;;
esac
`

func TestARealSessionSaysAndKeepsWhatMaySpoilIt(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "nvidia-smi"), []byte(training), 0o755))
	t.Setenv("PATH", dir)
	servers, err := sim.Start(t.Context(), sim.Config{Models: []string{"qwen2.5:7b"}, Timescale: 1000})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, servers.Close(context.WithoutCancel(t.Context()))) })

	s := small(t)
	s.Servers, s.Session = settings.Reuse, "mine"
	for _, ep := range servers.Endpoints() {
		s.Endpoints = append(s.Endpoints, ep.URL)
	}
	for part := 1; part <= 2; part++ {
		x := openMulti(t, s, nil)
		var out bytes.Buffer
		x.Announce(&out, "")
		assert.Contains(t, out.String(), "# may interfere: GPU 0: python3 (pid 99) computes on it, with 8000 MiB\n#   end it, or wait until it is done\n")
		file, _, err := results.Read(x.Dir())
		require.NoError(t, x.Close())
		require.NoError(t, err)
		kept := file.AllFindings()
		said := 0
		for _, k := range kept {
			if k.Code == "gpu-processes" {
				said++
				assert.Equal(t, record.SuiteMulti, k.Suite)
			}
		}
		assert.Equal(t, part, said, "one for each partial session, whatever else this machine has")
		assert.Len(t, report.FindingsTable(kept).Rows, len(kept))
	}
}

func TestASimulationIsNotSpoiltByThisMachine(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	x := openMulti(t, small(t), nil)
	assert.Empty(t, x.place.findings)
	assert.Empty(t, x.folder.File.Findings)
}
