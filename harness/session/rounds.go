package session

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/plan"
)

// A session may be made in visits of one round each (-duet.only-round), so that
// another session's can lie between them. To a reader of the session there is no
// difference: the plan has all rounds, and every round its own number and order.

// wants reports whether a round is one of this visit's.
func (s *Session) wants(round int) bool {
	return s.config.Settings.OnlyRound == 0 || round == s.config.Settings.OnlyRound
}

// Complete is what has been measured, once nothing is missing that this
// visit was to make.
func (s *Session) Complete() string {
	if n := s.unmeasured(); n > 0 {
		return fmt.Sprintf("# round %d of %d complete, %d runs of other rounds are missing: %s\n", s.config.Settings.OnlyRound, s.config.Settings.Rounds, n, s.Dir())
	}
	return fmt.Sprintf("# session complete: %s\n", s.Dir())
}

// unmeasured counts the runs of all rounds that have not been measured.
func (s *Session) unmeasured() int {
	n := 0
	for _, c := range s.config.Cells {
		for round := 1; round <= s.config.Settings.Rounds; round++ {
			if !s.folder.Measured(c.ID, round) {
				n++
			}
		}
	}
	return n
}

// Cells with outliers are run once more after all rounds: in one more round, in
// which nothing else is. A killed session finds what is due from its runs, so it
// makes what is missing and nothing twice.

// Due reports whether a cell is to be run once more and has not been.
func (s *Session) Due(c plan.Cell) bool {
	_, measured := s.folder.Rerun(c.ID)
	return !measured && s.folder.Due(c.ID) != nil
}

// Extra is the number of the round in which cells are run once more.
func (s *Session) Extra() int { return s.config.Settings.Rounds + 1 }

// Lacks reports whether a cell has something to be made in a round.
func (s *Session) Lacks(c plan.Cell, round int) bool {
	switch {
	case !s.wants(round):
		return false
	case round == s.Extra():
		return s.Due(c)
	}
	return !s.folder.Measured(c.ID, round)
}

// Cells are what the session measures: those whose client is on this machine.
func (s *Session) Cells() []plan.Cell { return s.config.Cells }

// MissingIn counts the runs of a round that are still to be made.
func (s *Session) MissingIn(round int) int {
	n := 0
	for _, c := range s.config.Cells {
		if s.Lacks(c, round) {
			n++
		}
	}
	return n
}

// Goes tells the progress of a number of runs more than were planned.
func (s *Session) Goes(runs int) { s.progress.Rest(runs) }
