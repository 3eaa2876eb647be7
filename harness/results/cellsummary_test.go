package results_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/results"
)

func TestTheFilesBesideACellsRuns(t *testing.T) {
	dir := t.TempDir()
	runs := synthetic.Runs()[:6]
	require.NoError(t, results.Write(dir, runs))
	for _, name := range []string{"summary.json", "summary.md"} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(runs[0].Cell.ID), name))
		require.NoError(t, err)
		golden.Assert(t, name, string(data))
	}
}
