package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/results"
)

// The quick way over many runs and the way of everything else see the same, also
// where one path leads into another.
func TestRowsAreThoseOfTheRunsThemselves(t *testing.T) {
	dir := t.TempDir()
	for i, session := range []string{"a", "b"} {
		for r := range synthetic.Many(300, true) {
			r.Started = r.Started.AddDate(0, i, 0) // another session
			run, err := results.RunDir(filepath.Join(dir, session), r.Cell.ID, r.RunNumber)
			require.NoError(t, err)
			data, err := results.Encode(r)
			require.NoError(t, err)
			require.NoError(t, os.MkdirAll(run, 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(run, results.MetricsFile), data, 0o644))
		}
	}
	e := env{io.Discard, io.Discard}
	for _, paths := range [][]string{{dir}, {filepath.Join(dir, "b"), dir}} {
		in, err := load(e, paths)
		require.NoError(t, err)
		require.Len(t, in.files, 600)
		rows, unread, ok, err := rows(e, paths)
		require.NoError(t, err)
		require.True(t, ok)
		assert.Empty(t, unread)
		assert.Len(t, rows, 600)
		assert.Equal(t, metric.NewSet(in.runs()).Tables(), metric.NewSetOf(rows).Tables())
	}
}
