package main

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/results"
)

// manyRuns is the number that reading is held to: 10,000 runs as a session writes
// them, telemetry and the arrival of every chunk included, become tables in under
// 8 s and 300 MB on two cores. Most of it is decoding, on every processor.
//
//	go test -run ^$ -bench TablesOfManyRuns -benchtime 1x ./tools/benchfmt
const manyRuns = 10_000

// writeMany writes n runs into a session's folders and returns their size. Nothing
// is synced: the disk is not what is measured.
func writeMany(tb testing.TB, dir string, n int) (size int64) {
	tb.Helper()
	for r := range synthetic.Many(n, true) {
		run, err := results.RunDir(dir, r.Cell.ID, r.RunNumber)
		require.NoError(tb, err)
		data, err := results.Encode(r)
		require.NoError(tb, err)
		require.NoError(tb, os.MkdirAll(run, 0o755))
		require.NoError(tb, os.WriteFile(filepath.Join(run, results.MetricsFile), data, 0o644))
		size += int64(len(data))
	}
	return size
}

func BenchmarkTablesOfManyRuns(b *testing.B) {
	dir := b.TempDir()
	size := writeMany(b, dir, manyRuns)
	b.SetBytes(size)
	for b.Loop() {
		require.NoError(b, tables(env{io.Discard, io.Discard}, []string{dir}))
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/1e6, "MB-from-system")
	b.ReportMetric(float64(size)/1e6, "MB-of-runs")
}
