package compare

import (
	"math"
	"slices"
)

// Arm is one of two sessions that are measured in turn.
type Arm int

// The arms.
const (
	OldArm Arm = iota
	NewArm
)

func (a Arm) String() string { return [...]string{"old", "new"}[a] }

// PartialSession is one round of one arm.
type PartialSession struct {
	Round int // from 1
	Arm   Arm
}

// Order is in which order the rounds of both arms are measured.
type Order []PartialSession

// ABBA lets the old arm begin one round and the new one the next,
//
//	round   1    2    3    4
//	      A B  B A  A B  B A
//
// so that a machine which changes slowly changes both alike. Two sessions one after
// the other take its change for theirs (package errorrate has by how much). With an
// even number of rounds each arm is first as often as the other, and a linear drift
// moves both means by the same amount.
func ABBA(rounds int) Order {
	var out Order
	for round := 1; round <= rounds; round++ {
		first := Arm((round + 1) % 2)
		out = append(out, PartialSession{round, first}, PartialSession{round, 1 - first})
	}
	return out
}

// Blocks is the order that ABBA avoids: all rounds of one arm, then all of the
// other.
func Blocks(rounds int) Order {
	out := ABBA(rounds)
	slices.SortStableFunc(out, func(a, b PartialSession) int { return int(a.Arm - b.Arm) })
	return out
}

// Missing is what is still to be measured. An interrupted pair of sessions goes on
// with the other half of the round that it was in.
func (o Order) Missing(done func(PartialSession) bool) Order {
	return slices.DeleteFunc(slices.Clone(o), done)
}

// Position is when a partial session is measured: 0 is the first and 1 the last.
func (o Order) Position(s PartialSession) float64 {
	i := slices.Index(o, s)
	if i < 0 || len(o) < 2 {
		return math.NaN()
	}
	return float64(i) / float64(len(o)-1)
}
