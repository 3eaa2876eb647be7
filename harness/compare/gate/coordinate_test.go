package gate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// A coordinate that no line of duet's code knows selects cells in a gate.
func TestAGlobSelectsByACoordinateThatNobodyKnows(t *testing.T) {
	var runs []*record.Run
	for cache, slow := range map[string]float64{"own": 1.1, "shared": 3} {
		for n := 1; n <= 6; n++ {
			r := synthetic.Pair("alpha:7b", "chimera-homo", n, slow)
			r.Cell = r.Cell.With("cache", cache)
			r.Cell.ID = plan.Folder(r.Suite, r.Cell)
			runs = append(runs, r)
		}
	}
	dir := t.TempDir()
	for _, r := range runs {
		_, err := results.WriteRun(dir, r)
		require.NoError(t, err)
	}
	side, err := gate.LoadSide(dir)
	require.NoError(t, err)
	require.NotNil(t, side.Cell("Multi/model=alpha_7b/runtime=go/scenario=chimera-homo/cache=own/gpu=80/ctx=512/temp=1.0"))
	limit := "{metrics: efficiency_measured, min: 80, cells: "
	for glob, want := range map[string]gate.Verdict{
		"'*/cache=own/*'": gate.Pass, "'*/cache=shared/*'": gate.Fail, "'*_cache-own'": gate.Pass, "'*'": gate.Fail,
	} {
		assert.Equal(t, want, evaluate(t, gate.Input{New: side}, limit+glob+"}").Verdict, glob)
	}
	_, err = gate.Evaluate(rules(t, limit+"'*/cache=none/*'}"), gate.Input{New: side})
	assert.ErrorContains(t, err, "cache=none")
}
