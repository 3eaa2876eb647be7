package abba_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/compare/abba"
)

const most = 25 // rounds of the sessions that are tried

func TestTheOrderIsABBA(t *testing.T) {
	assert.Equal(t, []abba.Sitting{
		{1, abba.Old}, {1, abba.New},
		{2, abba.New}, {2, abba.Old},
		{3, abba.Old}, {3, abba.New},
	}, abba.Order(3))
	assert.Empty(t, abba.Order(0))
	assert.Equal(t, "old new", abba.Old.String()+" "+abba.New.String())
}

// TestNoSideIsEverMoreThanARoundAhead and the halves of a round are neighbours.
func TestNoSideIsEverMoreThanARoundAhead(t *testing.T) {
	for rounds := range most {
		order := abba.Order(rounds)
		require.Len(t, order, 2*rounds)
		var done [2]int
		for i, s := range order {
			assert.Equal(t, i/2+1, s.Round, "sitting %d of %d rounds", i, rounds)
			done[s.Side]++
			assert.LessOrEqual(t, math.Abs(float64(done[abba.Old]-done[abba.New])), 1.0)
		}
		assert.Equal(t, [2]int{rounds, rounds}, done)
	}
}

func TestAnEvenNumberOfRoundsIsBalanced(t *testing.T) {
	for rounds := 2; rounds <= most; rounds += 2 {
		order := abba.Order(rounds)
		var sum, first [2]float64
		for _, s := range order {
			sum[s.Side] += abba.Position(order, s)
			if abba.First(s.Round) == s.Side {
				first[s.Side]++
			}
		}
		assert.InDelta(t, sum[abba.Old], sum[abba.New], 1e-9, "a linear drift moves both means alike")
		assert.Equal(t, first[abba.Old], first[abba.New])
	}
}

// TestWhateverWasInterruptedEndsAsTheWhole: wherever an order is cut, what is done
// and what is missing are the order again.
func TestWhateverWasInterruptedEndsAsTheWhole(t *testing.T) {
	for rounds := range most {
		order := abba.Order(rounds)
		for cut := range len(order) + 1 {
			done := map[abba.Sitting]bool{}
			for _, s := range order[:cut] {
				done[s] = true
			}
			missing := abba.Missing(rounds, func(s abba.Sitting) bool { return done[s] })
			assert.Equal(t, order, append(order[:cut:cut], missing...))
		}
	}
}

func TestASittingThatLeftAHoleIsMadeInItsPlace(t *testing.T) {
	hole := abba.Sitting{Round: 1, Side: abba.New}
	missing := abba.Missing(2, func(s abba.Sitting) bool { return s != hole })
	assert.Equal(t, []abba.Sitting{hole}, missing)
}

func TestPositions(t *testing.T) {
	order := abba.Blocks(2)
	assert.Equal(t, []abba.Sitting{{1, abba.Old}, {2, abba.Old}, {1, abba.New}, {2, abba.New}}, order)
	assert.Equal(t, 0.0, abba.Position(order, order[0]))
	assert.Equal(t, 1.0, abba.Position(order, order[3]))
	assert.True(t, math.IsNaN(abba.Position(order, abba.Sitting{Round: 3})))
}
