package merge_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/simulated"
	"github.com/chimeraforge/duet/harness"
	"github.com/chimeraforge/duet/harness/merge"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// cached measures a session of cells with a coordinate that no line of duet's code
// knows.
func cached(t *testing.T, all, name string) string {
	t.Helper()
	s := simulated.Settings(all, name)
	s.Rerun = false
	cells, err := plan.CellsOf(record.SuiteMulti, s.Matrix())
	require.NoError(t, err)
	cells = []plan.Cell{cells[0].With("cache", "own"), cells[0].With("cache", "shared")}
	x, err := harness.Open(t.Context(), record.SuiteMulti, s, cells)
	require.NoError(t, err)
	for _, c := range cells {
		for _, round := range x.Missing(c) {
			r, err := x.Run(t.Context(), c, round)
			require.NoError(t, err)
			require.Empty(t, r.Error)
		}
	}
	require.NoError(t, x.Close())
	return filepath.Join(all, name)
}

func TestACoordinateThatNobodyKnowsComesThroughAMerge(t *testing.T) {
	all := t.TempDir()
	a, b := cached(t, all, "a"), cached(t, all, "b")
	out := filepath.Join(all, "both")
	_, err := merge.Merge(merge.Options{Out: out, Machines: true, Sources: []merge.Source{{Machine: "old", Dir: a}, {Machine: "new", Dir: b}}})
	require.NoError(t, err)
	valid(t, out)
	f, _, err := results.Read(out)
	require.NoError(t, err)
	require.Len(t, f.Cells, 4)
	for _, r := range runsOf(t, out) {
		cache := r.Run.Cell.Get("cache")
		assert.Contains(t, []string{"own", "shared"}, cache)
		assert.Contains(t, results.CellName(r.Run), "/cache="+cache+"/machine="+r.Run.Backend.Machine+"/gpu=")
		assert.True(t, slices.ContainsFunc(f.Cells, func(c plan.Cell) bool {
			return c.ID == r.Run.Cell.ID && c.Is(r.Run.Cell)
		}), "session.json has the cell of %s", r.Path)
	}
}
