package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Sessions that the first edition measured (simulated) and merged are read as they
// are. The tables beside them are what its own benchfmt printed, at commit 9f935ca.
func TestSessionsOfTheFirstEditionGiveTheTablesThatItPrinted(t *testing.T) {
	for _, name := range []string{"s1", "merged"} {
		dir := filepath.Join("testdata", "first", name)
		var out, log bytes.Buffer
		require.Equal(t, exitOK, run(&out, &log, []string{"tables", "-format", "csv", "-width", "0", dir}), log.String())
		want, err := os.ReadFile(dir + ".csv")
		require.NoError(t, err)
		a, b := cells(t, string(want)), cells(t, out.String())
		require.Equal(t, len(a), len(b), name)
		for i := range a {
			assert.Equal(t, a[i], b[i], name)
		}
	}
}

// cells are all cells of tables as CSV, their titles included.
func cells(t *testing.T, text string) (out []string) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	require.NoError(t, err)
	for _, row := range rows {
		out = append(out, row...)
	}
	return out
}

func TestASessionOfTheFirstEditionIsValid(t *testing.T) {
	for _, name := range []string{"s1", "merged"} {
		var out, log bytes.Buffer
		assert.Equal(t, exitOK, run(&out, &log, []string{"validate", filepath.Join("testdata", "first", name)}), out.String())
	}
}
