// Package abba orders the rounds of two sessions that are measured in turn: the
// old side first in one round and the new one first in the next,
//
//	round   1    2    3    4
//	      A B  B A  A B  B A
//
// so that a machine which changes slowly changes both sides alike. Two sessions
// one after the other take its change for theirs (package errorrate has by how much).
// With an even number of rounds each side is first as often as the other, and a
// linear drift moves both means by the same amount.
package abba

import "math"

// Side is one of the two sessions.
type Side int

// The sides.
const (
	Old Side = iota
	New
)

func (s Side) String() string { return [...]string{"old", "new"}[s] }

// Other is the other side.
func (s Side) Other() Side { return 1 - s }

// Sitting is one round of one side.
type Sitting struct {
	Round int // from 1
	Side  Side
}

// First is the side that begins a round.
func First(round int) Side { return Side((round + 1) % 2) }

// Order is all sittings of so many rounds.
func Order(rounds int) []Sitting {
	var out []Sitting
	for round := 1; round <= rounds; round++ {
		first := First(round)
		out = append(out, Sitting{round, first}, Sitting{round, first.Other()})
	}
	return out
}

// Missing is what is still to be measured, in its order. An interrupted pair of
// sessions goes on with the other half of the round that it was in.
func Missing(rounds int, done func(Sitting) bool) []Sitting {
	var out []Sitting
	for _, s := range Order(rounds) {
		if !done(s) {
			out = append(out, s)
		}
	}
	return out
}

// Blocks is the order that this package is there to avoid: all rounds of one side,
// then all of the other.
func Blocks(rounds int) []Sitting {
	var out []Sitting
	for _, side := range []Side{Old, New} {
		for round := 1; round <= rounds; round++ {
			out = append(out, Sitting{round, side})
		}
	}
	return out
}

// Position is when each round of a side is measured in an order: 0 is the first
// sitting and 1 the last.
func Position(order []Sitting, s Sitting) float64 {
	for i, o := range order {
		if o == s && len(order) > 1 {
			return float64(i) / float64(len(order)-1)
		}
	}
	return math.NaN()
}
