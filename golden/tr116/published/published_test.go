package published

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
)

// rows are how many rows the study has of each kind.
var rows = map[string]int{
	"appendix_a.csv": 60, "appendix_b.csv": 60, "appendix_b_statistics.csv": 12, "appendix_b_correlation.csv": 6,
	"appendix_b_variance.csv": 4, "appendix_b_distribution.csv": 2, "appendix_c.csv": 24, "appendix_g_python.csv": 56, "appendix_g_rust.csv": 12,
}

func TestThePublishedRowsAreThoseOfTheReport(t *testing.T) {
	text, err := os.ReadFile(golden.Shared(t, "tr116", "Technical_Report_116.md"))
	require.NoError(t, err)
	files, err := Files(string(text))
	require.NoError(t, err)
	require.Len(t, files, len(rows))
	root, err := golden.Root()
	require.NoError(t, err)
	for _, f := range files {
		golden.AssertFile(t, filepath.Join(root, "testdata", "tr116", f.Name), f.CSV())
		assert.Len(t, f.Rows, rows[f.Name]+1, f.Name)
		for _, row := range f.Rows {
			assert.Len(t, row, len(f.Rows[0]), "%s: %v", f.Name, row)
		}
	}
}

// Five TTFT deltas were lost to a test for truth; everything else is there.
func TestOnlyTheFiveLostZerosAreEmpty(t *testing.T) {
	for _, name := range []string{"appendix_a.csv", "appendix_b.csv"} {
		empty := 0
		for _, row := range read(t, name)[1:] {
			for i, cell := range row {
				if cell == "" {
					assert.Equal(t, 7, i, "the TTFT delta")
					empty++
				}
			}
		}
		assert.Equal(t, 5, empty, name)
	}
}

// Appendix B repeats appendix A with other decimals; the rows of both must be
// the same runs, and a unit of the coarser figure apart at most.
func TestAppendicesAAndBAreOfTheSameRuns(t *testing.T) {
	a := map[[4]string][]string{}
	for _, row := range read(t, "appendix_a.csv")[1:] {
		a[[4]string(row)] = row
	}
	for _, row := range read(t, "appendix_b.csv")[1:] {
		other := a[[4]string(row)]
		require.NotNil(t, other, "%v", row)
		for i, unit := range map[int]float64{4: 0.001, 5: 0.01, 6: 0.01, 7: 0.1} {
			x, err1 := strconv.ParseFloat(row[i], 64)
			y, err2 := strconv.ParseFloat(other[i], 64)
			require.Equal(t, err1 == nil, err2 == nil)
			assert.InDelta(t, x, y, unit, "%v", row)
		}
	}
}

func TestAReportWithoutTheRowsIsRefused(t *testing.T) {
	_, err := Files("## Appendix A: nothing\n")
	assert.EqualError(t, err, "appendix_a.csv: no such rows in the Markdown")
}

func read(t *testing.T, name string) [][]string {
	t.Helper()
	root, err := golden.Root()
	require.NoError(t, err)
	out, err := Read(filepath.Join(root, "testdata", "tr116", name))
	require.NoError(t, err)
	return out
}
