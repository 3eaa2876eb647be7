package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var family = Design{Cells: 12, Alpha: Alpha}

// Of C(2n, n) equally likely ways two are complete separations: 2/924 × 12 is
// below 0.05 at six runs, 2/252 × 12 is not at five.
func TestBelowSomeRunsNothingCanBeFound(t *testing.T) {
	for _, tt := range []struct {
		test  Design
		least int
	}{
		{Design{1, 0.05}, 4}, {Design{6, 0.05}, 5}, {Design{7, 0.05}, 6}, {family, 6}, {Design{23, 0.05}, 6}, {Design{24, 0.05}, 7}, {Design{12, 0.01}, 7},
	} {
		assert.Equal(t, tt.least, tt.test.Least(), "%+v", tt.test)
		assert.Nil(t, tt.test.Finds(tt.least-1))
		assert.Zero(t, tt.test.Power(tt.least-1, 100))
		assert.NotNil(t, tt.test.Finds(tt.least))
		assert.InDelta(t, 1, tt.test.Power(tt.least, 100), 1e-9)
	}
}

// TestPowerIsThatOfTheTestItself draws runs and tests them with the test that
// the tables use.
func TestPowerIsThatOfTheTestItself(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{6, 9, 14, 30} {
		for _, shift := range []float64{1.5, 2.5, 3.4} {
			found := 0
			const times = 2000
			for range times {
				x, y := make([]float64, n), make([]float64, n)
				for i := range n {
					x[i], y[i] = rng.NormFloat64(), rng.NormFloat64()-shift
				}
				if m := MannWhitney(x, y); *m.P*12 < Alpha && *m.U > float64(n*n)/2 {
					found++
				}
			}
			assert.InDelta(t, float64(found)/times, family.Power(n, shift), 0.04, "n=%d shift=%v", n, shift)
		}
	}
}

func TestTheApproximationIsAtMostATenthMoreCareful(t *testing.T) {
	simulated := family.Finds(simulated)
	require.NotNil(t, simulated)
	assert.InDelta(t, 1.05, family.noetherShift(20)/(*simulated), 0.05, "the approximation is the careful one")
}

func TestWhatRoundsFindIsWhatTheyAreSaidToFind(t *testing.T) {
	previous := math.Inf(1)
	for _, n := range steps {
		s := family.Finds(n)
		if s == nil {
			continue
		}
		assert.Less(t, *s, previous, "more rounds find less, n=%d", n)
		assert.InDelta(t, Want, family.Power(n, *s), 0.002, "n=%d", n)
		assert.Equal(t, n, family.Rounds(*s+1e-9))
		previous = *s
	}
	assert.Zero(t, family.Rounds(0.01), "more than any setting allows")
	assert.Zero(t, family.Rounds(0))
	assert.Equal(t, 6, family.Rounds(100))
}

// TestAMediansIntervalClearsItsLimit draws medians with their order-statistic
// intervals.
func TestAMediansIntervalClearsItsLimit(t *testing.T) {
	assert.Equal(t, leastInterval, ForMedian(50))
	assert.Zero(t, ForMedian(0.001))
	assert.Zero(t, ForMedian(0))
	assert.Equal(t, 50, ForMedian(0.5), "(1.96 + 0.84)² × π/2 / 0.25 = 49.3")
}

func TestStepsAreNeverBelowWhatIsNeeded(t *testing.T) {
	for n := 1; n <= Most; n++ {
		assert.GreaterOrEqual(t, Coarse(float64(n)), n)
	}
	assert.Zero(t, Coarse(Most+1))
}
