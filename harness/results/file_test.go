package results

import (
	"encoding/json"
	"os"
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
			f, _, err := readFile(dir)
			require.NoError(t, err)
			assert.Equal(t, c.file.Known, f.Known, "an exact 0 stays, what is absent is absent")
			tests := f.SelfTests()
			require.Len(t, tests, 1)
			assert.Equal(t, c.rows, []int{len(tests[0].Meter), len(tests[0].Known)})
		})
	}
	assert.Equal(t, []SelfTest{{}}, File{}.SelfTests())
}

func TestWarningsOfAnOlderVersionAreFindings(t *testing.T) {
	r, err := Decode([]byte(`{"schema":"` + record.FirstSchema + `","suite":"multi","status":"ok","cell":{"id":"c","model":"m"},"warnings":[{"code":"cold-call","agent":"a","message":"1 of 2"},{"code":"theirs","message":"x"}]}`))
	require.NoError(t, err)
	assert.Equal(t, []record.Finding{
		{Code: "cold-call", Verdict: record.Found, Severity: record.SeverityWarning, Subject: "a", Evidence: "1 of 2"},
		{Code: "theirs", Verdict: record.Found, Severity: record.SeverityWarning, Evidence: "x"},
	}, r.Findings)
}

func TestSpoilersOfAnOlderVersionAreFindings(t *testing.T) {
	dir := t.TempDir()
	spoilers := `"spoilers":[{"at":"2026-01-02T03:04:05Z","suite":"multi","code":"swap","found":"1 GiB","do":"swapoff"}]`
	text := `{"schema":"` + firstFileSchema + `",` + spoilers + `,"merged":[{"machine":"m1","session":{` + spoilers + `}}]}`
	require.True(t, json.Valid([]byte(text)))
	require.NoError(t, os.WriteFile(filepath.Join(dir, FileName), []byte(text), 0o644))
	f, _, err := readFile(dir)
	require.NoError(t, err)
	found := f.AllFindings()
	require.Len(t, found, 2)
	assert.Equal(t, record.Warn("swap", "swapoff", "1 GiB"), found[0].Finding)
	assert.Equal(t, []string{"", "m1"}, []string{found[0].Machine, found[1].Machine})
}

// A session of the first layout kept no cells: they are made of its plan, those of
// the sessions that were merged too.
func TestASessionOfTheFirstLayoutHasItsCells(t *testing.T) {
	first := filepath.Join("..", "..", "tools", "benchfmt", "testdata", "first")
	for _, name := range []string{"s1", "merged"} {
		f, _, err := readFile(filepath.Join(first, name))
		require.NoError(t, err)
		require.NotEmpty(t, f.Suites)
		for suite, asked := range f.Suites {
			var own []string
			for _, c := range f.Own(suite) {
				own = append(own, c.ID)
				assert.NotEmpty(t, c.Coordinates)
				assert.NotEmpty(t, c.Roles)
			}
			assert.Subset(t, own, asked, name)
		}
		for _, m := range f.Merged {
			assert.NotEmpty(t, m.Session.Cells)
		}
	}
}
