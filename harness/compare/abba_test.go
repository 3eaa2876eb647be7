package compare_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/compare"
)

const mostRounds = 25 // of the sessions that are tried

func TestTheOrderIsABBA(t *testing.T) {
	assert.Equal(t, compare.Order{
		{1, compare.OldArm}, {1, compare.NewArm},
		{2, compare.NewArm}, {2, compare.OldArm},
		{3, compare.OldArm}, {3, compare.NewArm},
	}, compare.ABBA(3))
	assert.Empty(t, compare.ABBA(0))
	assert.Equal(t, "old new", compare.OldArm.String()+" "+compare.NewArm.String())
}

// TestNoArmIsEverMoreThanARoundAhead and the halves of a round are neighbours.
func TestNoArmIsEverMoreThanARoundAhead(t *testing.T) {
	for rounds := range mostRounds {
		order := compare.ABBA(rounds)
		require.Len(t, order, 2*rounds)
		var done [2]int
		for i, s := range order {
			assert.Equal(t, i/2+1, s.Round, "partial session %d of %d rounds", i, rounds)
			done[s.Arm]++
			assert.LessOrEqual(t, math.Abs(float64(done[compare.OldArm]-done[compare.NewArm])), 1.0)
		}
		assert.Equal(t, [2]int{rounds, rounds}, done)
	}
}

func TestAnEvenNumberOfRoundsIsBalanced(t *testing.T) {
	for rounds := 2; rounds <= mostRounds; rounds += 2 {
		order := compare.ABBA(rounds)
		var sum, first [2]float64
		for _, s := range order {
			sum[s.Arm] += order.Position(s)
			if order[2*s.Round-2] == s {
				first[s.Arm]++
			}
		}
		assert.InDelta(t, sum[compare.OldArm], sum[compare.NewArm], 1e-9, "a linear drift moves both means alike")
		assert.Equal(t, first[compare.OldArm], first[compare.NewArm])
	}
}

// TestWhateverWasInterruptedEndsAsTheWhole: wherever an order is cut, what is done
// and what is missing are the order again.
func TestWhateverWasInterruptedEndsAsTheWhole(t *testing.T) {
	for rounds := range mostRounds {
		order := compare.ABBA(rounds)
		for cut := range len(order) + 1 {
			done := map[compare.PartialSession]bool{}
			for _, s := range order[:cut] {
				done[s] = true
			}
			missing := compare.ABBA(rounds).Missing(func(s compare.PartialSession) bool { return done[s] })
			assert.Equal(t, order, append(order[:cut:cut], missing...))
		}
	}
}

func TestAPartialSessionThatLeftAHoleIsMadeInItsPlace(t *testing.T) {
	hole := compare.PartialSession{Round: 1, Arm: compare.NewArm}
	missing := compare.ABBA(2).Missing(func(s compare.PartialSession) bool { return s != hole })
	assert.Equal(t, compare.Order{hole}, missing)
}

func TestPositions(t *testing.T) {
	order := compare.Blocks(2)
	assert.Equal(t, compare.Order{{1, compare.OldArm}, {2, compare.OldArm}, {1, compare.NewArm}, {2, compare.NewArm}}, order)
	assert.Equal(t, 0.0, order.Position(order[0]))
	assert.Equal(t, 1.0, order.Position(order[3]))
	assert.True(t, math.IsNaN(order.Position(compare.PartialSession{Round: 3})))
}
