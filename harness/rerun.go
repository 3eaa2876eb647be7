package harness

import (
	"fmt"
	"io"

	"github.com/chimeraforge/duet/harness/plan"
)

// Cells with outliers are run once more after all rounds: in one more round, in
// which nothing else is. A killed session finds what is due from its runs, so it
// makes what is missing and nothing twice.

// due reports whether a cell is to be run once more and has not been.
func (x *Session) due(c plan.Cell) bool {
	_, measured := x.folder.Rerun(c.ID())
	return !measured && x.folder.Due(c.ID()) != nil
}

// extra is the number of the round in which cells are run once more.
func (x *Session) extra() int { return x.settings.Rounds + 1 }

// lacks reports whether a cell has something to be made in a round.
func (x *Session) lacks(c plan.Cell, round int) bool {
	switch {
	case !x.wants(round):
		return false
	case round == x.extra():
		return x.due(c)
	}
	return !x.folder.Measured(c.ID(), round)
}

// reruns calls run for the round of re-runs, where there are any.
func (u *Suite) reruns(run func() int, stdout io.Writer) int {
	u.round = u.session.extra()
	n := u.missingIn(u.round)
	if n == 0 || u.stop.reason() != "" {
		return 0
	}
	fmt.Fprintf(stdout, "# outliers: %d of %d cells have a value more than 2 MAD from its median; each is run once more, both results are kept (-duet.rerun=false does not)\n", n, len(u.session.cells))
	u.session.progress.Rest(n)
	return run()
}
