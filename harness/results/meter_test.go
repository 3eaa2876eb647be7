package results

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
)

func TestWhatTheMetersReadIsReadAgain(t *testing.T) {
	answer := record.KnownAnswer{Runtime: "go", Case: "jitter", Calls: 1, True: record.KnownQuantities{Chunks: 16, TTFT: new(5e7)}, GapOffP90: new(0.0)}
	for _, c := range []struct {
		name string
		file File
		rows []int // of the meter, of known answers
	}{
		{"a session that asked for known answers", File{Meter: []record.MeterReading{{Runtime: "go"}}, Known: []record.KnownAnswer{answer}}, []int{1, 1}},
		{"an old one, of the meter alone", File{Meter: []record.MeterReading{{Runtime: "go"}}}, []int{1, 0}},
		{"a simulated one", File{}, []int{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			c.file.Schema = FileSchema
			require.NoError(t, writeJSON(filepath.Join(dir, FileName), c.file))
			f, err := readFile(dir)
			require.NoError(t, err)
			assert.Equal(t, c.file.Known, f.Known, "an exact 0 stays, what is absent is absent")
			tests, err := SelfTests(dir)
			require.NoError(t, err)
			require.Len(t, tests, 1)
			assert.Equal(t, c.rows, []int{len(tests[0].Meter), len(tests[0].Known)})
		})
	}
	tests, err := SelfTests(t.TempDir())
	require.NoError(t, err, "a folder that is no session of duet's")
	assert.Equal(t, []SelfTest{{}}, tests)
}
