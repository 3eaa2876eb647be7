package harness

import (
	"context"
	"os/signal"
	"syscall"
	"testing"

	"github.com/chimeraforge/duet/harness/session"
)

// Smoke measures one cell of the suite once, in a session of its own that goes
// away with the test. It is what "go test" without -bench says about a suite:
// everything works, from the servers to the files. Without tags it takes well
// under a second.
func (u *Suite) Smoke(t *testing.T) {
	s, cells, err := u.load()
	if err != nil {
		t.Fatal(err)
	}
	s.Rounds, s.Budget, s.Session, s.Results = 1, min(s.Budget, 32), "smoke", t.TempDir()
	s.Models = []string{cells[0].Model()}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	x, err := Open(ctx, u.experiment.Name, s, cells[:1])
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	r, err := x.Run(ctx, cells[0], 1)
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK() {
		t.Fatal(r.Error)
	}
	if x.Left() != 0 {
		t.Errorf("the run is not in the session: %d runs missing", x.Left())
	}
	t.Logf("%s: %s", x.Label().Label(), session.Result(r))
}
