package harness

import "fmt"

// A session may be made in sittings of one round each (-duet.only-round), so that
// another session's can lie between them. To a reader of the session there is no
// difference: the plan has all rounds, and every round its own number and order.

// wants reports whether a round is one of this sitting's.
func (x *Session) wants(round int) bool {
	return x.settings.OnlyRound == 0 || round == x.settings.OnlyRound
}

// saidComplete is what has been measured, once nothing is missing that this
// sitting was to make.
func (x *Session) saidComplete() string {
	if n := x.left(); n > 0 {
		return fmt.Sprintf("# round %d of %d complete, %d runs of other rounds are missing: %s\n", x.settings.OnlyRound, x.settings.Rounds, n, x.Dir())
	}
	return fmt.Sprintf("# session complete: %s\n", x.Dir())
}

// left counts the runs of all rounds that have not been measured.
func (x *Session) left() int {
	n := 0
	for _, c := range x.cells {
		for round := 1; round <= x.settings.Rounds; round++ {
			if !x.folder.Measured(c.ID(), round) {
				n++
			}
		}
	}
	return n
}
