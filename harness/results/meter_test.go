package results

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/selftest"
)

func TestWhatTheMetersReadIsReadAgain(t *testing.T) {
	answer := selftest.Answer{Runtime: "go", Case: "jitter", Calls: 1, True: selftest.Quantities{Chunks: 16, TTFT: new(5e7)}, GapOffP90: new(0.0)}
	for _, c := range []struct {
		name string
		file File
		rows []int // of each table
	}{
		{"a session that asked for known answers", File{Meter: []selftest.Reading{{Runtime: "go"}}, Known: []selftest.Answer{answer}}, []int{1, 1}},
		{"an old one, of the meter alone", File{Meter: []selftest.Reading{{Runtime: "go"}}}, []int{1, 0}},
		{"a simulated one", File{}, []int{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			c.file.Schema = FileSchema
			require.NoError(t, writeJSON(filepath.Join(dir, FileName), c.file))
			f, err := readFile(dir)
			require.NoError(t, err)
			assert.Equal(t, c.file.Known, f.Known, "an exact 0 stays, what is absent is absent")
			tables, err := MeterTables(dir)
			require.NoError(t, err)
			for i, n := range c.rows {
				assert.Len(t, tables[i].Rows, n, tables[i].ID)
			}
		})
	}
	tables, err := MeterTables(t.TempDir())
	require.NoError(t, err, "a folder that is no session of duet's")
	assert.Empty(t, tables[1].Rows)
}
