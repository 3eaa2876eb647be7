package errorrate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
)

// TestDriftIsTakenForAChangeOneAfterTheOtherAndNotRoundByRound is why make ab
// interleaves: on the same drifting machine, with the same noise and no change.
func TestDriftIsTakenForAChangeOneAfterTheOtherAndNotRoundByRound(t *testing.T) {
	t.Parallel()
	p := Plan{Cells: 12, Rounds: 6, Noise: Normal(0.015), Drift: 0.05}
	p.Order = compare.Blocks(6)
	blocks := judge(t, p)
	assert.GreaterOrEqual(t, blocks.Share(blocks.Family), 50.0, "two blocks report drift as change")
	p.Order = compare.ABBA(6)
	turns := judge(t, p)
	assert.LessOrEqual(t, turns.Share(turns.Family), 5.0, "round by round there is none")
	assert.Zero(t, turns.Verdicts[gate.Fail])
}

func TestALossIsFoundOnADriftingMachineRoundByRound(t *testing.T) {
	t.Parallel()
	c := judge(t, Plan{Cells: 12, Rounds: 6, Noise: Normal(0.015), Drift: 0.02, Order: compare.ABBA(6), Loss: 0.05, Losers: 12})
	assert.GreaterOrEqual(t, c.Share(c.Found), 95.0)
}

func TestWithoutDriftTheOrderChangesNothing(t *testing.T) {
	t.Parallel()
	p := Plan{Cells: 3, Rounds: 6, Noise: Normal(0.015)}
	a, err := p.Judge(50)
	assert.NoError(t, err)
	p.Order = compare.ABBA(6)
	b, err := p.Judge(50)
	assert.NoError(t, err)
	assert.Equal(t, a, b)
}
