package gates_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/analysis/gate"
	"github.com/chimeraforge/duet/harness/gates"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/metrics/store"
	"github.com/chimeraforge/duet/harness/record"
)

func TestEveryOtherNameIsThatOfAUnit(t *testing.T) {
	for alias, unit := range gate.Aliases {
		assert.True(t, slices.ContainsFunc(record.Units, func(u struct{ Name, Better string }) bool { return u.Name == unit }), "%s is %s", alias, unit)
	}
}

func TestTheShippedGateIsTheOneThatIsNotNamed(t *testing.T) {
	for _, name := range []string{"", gate.DefaultName} {
		c, err := gates.Config(name)
		require.NoError(t, err)
		assert.Equal(t, gate.DefaultName, c.Name)
	}
	_, err := gates.Config(filepath.Join(t.TempDir(), "gates.yaml"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestASessionAgainstItself(t *testing.T) {
	dir := t.TempDir()
	runs := slices.DeleteFunc(synthetic.Runs(), func(r *metrics.Run) bool { return !r.OK() })
	for _, r := range runs {
		_, err := store.WriteRun(dir, r)
		require.NoError(t, err)
	}
	r, err := gates.Judge(gate.Default(), dir, dir)
	require.NoError(t, err)
	assert.Equal(t, gate.Pass, r.Verdict, r.Lines())
	_, err = gates.Judge(gate.Default(), dir, "")
	assert.ErrorContains(t, err, "none is given")
	_, err = gates.Judge(gate.Default(), dir, filepath.Join(dir, "nowhere"))
	assert.ErrorContains(t, err, "baseline: ")
}
