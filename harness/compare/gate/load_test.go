package gate_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

func TestTheShippedGateIsTheOneThatIsNotNamed(t *testing.T) {
	for _, name := range []string{"", gate.DefaultName} {
		c, err := gate.Load(name)
		require.NoError(t, err)
		assert.Equal(t, gate.DefaultName, c.Name)
	}
	_, err := gate.Load(filepath.Join(t.TempDir(), "gates.yaml"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestASessionAgainstItself(t *testing.T) {
	dir := t.TempDir()
	runs := slices.DeleteFunc(synthetic.Runs(), func(r *record.Run) bool { return !r.OK() })
	for _, r := range runs {
		_, err := results.WriteRun(dir, r)
		require.NoError(t, err)
	}
	r, err := gate.Judge(gate.Default(), dir, dir)
	require.NoError(t, err)
	assert.Equal(t, gate.Pass, r.Verdict, r.Lines())
	_, err = gate.Judge(gate.Default(), dir, "")
	assert.ErrorContains(t, err, "none is given")
	_, err = gate.Judge(gate.Default(), dir, filepath.Join(dir, "nowhere"))
	assert.ErrorContains(t, err, "baseline: ")
}
