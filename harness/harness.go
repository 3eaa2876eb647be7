// Package harness is what a suite stands on: a question of the matrix as go test
// functions, and the flags to put it with.
//
//	var suite = harness.New(plan.Multi)
//
//	func TestMain(m *testing.M)       { suite.Main(m) }
//	func BenchmarkMulti(b *testing.B) { suite.Bench(b) }
//	func TestGate(t *testing.T)       { suite.Gate(t) }
//
// Suite.Main opens a session (package session) and loops rounds around m.Run, so
// that the repetitions of a cell are spread over the whole session and drift hits
// all cells alike. Which servers there are to choose from is what the program
// imports: package backends for the usual ones.
package harness

import (
	"context"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/session"
	"github.com/chimeraforge/duet/harness/settings"
)

// Open starts a session for cells of one suite, on servers that settings choose. Those
// of other shards are kept in its file and not measured.
func Open(ctx context.Context, suite string, s settings.Settings, cells []plan.Cell) (*session.Session, error) {
	return open(ctx, suite, s, cells, s.Shard.Own(cells), nil)
}

// open is Open for a session that will be judged, by a gate that may find that its
// baseline is of something else, of some of a matrix's cells.
func open(ctx context.Context, suite string, s settings.Settings, matrix, cells []plan.Cell, j *judge) (*session.Session, error) {
	c, err := choose(ctx, s, cells)
	if err != nil {
		return nil, err
	}
	return session.Open(ctx, session.Config{
		Suite: suite, Settings: s, Cells: cells, Matrix: matrix, Driver: c.driver, Why: c.why, Check: j.suits,
	})
}
