package harness

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/session"
	"github.com/chimeraforge/duet/harness/settings"
)

// Suite is an experiment as go test functions: its TestMain calls Main, its benchmark
// calls Bench, its smoke test calls Smoke, its TestGate calls Gate.
type Suite struct {
	experiment plan.Experiment
	flags      *settings.Flags
	matrix     []plan.Cell // all cells, those of other shards too
	session    *session.Session
	round      int
	stop       *stop
	judge      *judge // nil where no gate was asked for
	shard      string // a line about which part of the matrix this is; "" for all of it
}

// New registers the settings as test flags and returns the experiment's suite, whose
// benchmark function must be called Benchmark with the experiment's name. Call it
// from a package variable.
func New(e plan.Experiment) *Suite {
	return &Suite{experiment: e, flags: settings.Register(flag.CommandLine)}
}

// part keeps a shard's cells, and of these what -bench and -skip ask for: a shard
// is a part of the whole matrix, so that two machines with two patterns never
// measure one cell.
func (u *Suite) part(s settings.Settings, pattern string, all []plan.Cell) ([]plan.Cell, error) {
	matrix, err := s.Shard.Divide(u.experiment.Name, all, s.Matrix(), s.Work())
	if err != nil {
		return nil, err
	}
	u.matrix = matrix
	cells := s.Shard.Own(matrix)
	out, err := u.selected(pattern, cells)
	if s.Shard.All() {
		return out, err
	}
	if err != nil {
		return nil, fmt.Errorf("of shard %s %w", s.Shard, err)
	}
	u.shard = fmt.Sprintf("# shard %s: %d of %d cells", s.Shard, len(cells), len(all))
	if len(out) < len(cells) {
		u.shard += fmt.Sprintf(", %d of them selected", len(out))
	}
	u.shard += "\n"
	return out, nil
}

// Bench runs the cells of the current round, in the round's own order.
func (u *Suite) Bench(b *testing.B) {
	if u.session == nil {
		b.Fatal("no session: TestMain must call Suite.Main")
	}
	cells := u.session.Cells()
	for _, i := range plan.Order(len(cells), u.round, u.session.Seed()) {
		cell := cells[i]
		if !u.session.Lacks(cell, u.round) {
			continue // by an earlier visit to this session
		}
		b.Run(cell.Name(), func(b *testing.B) { u.cell(b, cell) })
	}
}

// cell makes one run per iteration. Metrics are reported after the loop: what is
// reported before it is lost.
func (u *Suite) cell(b *testing.B, cell plan.Cell) {
	var runs []*record.Run
	for b.Loop() {
		if u.round == u.session.Extra() && !u.session.Due(cell) {
			continue // once, whatever -benchtime says
		}
		if u.stop.now(u.session.Expected(cell)) {
			break
		}
		r, err := u.session.Run(u.stop.ctx, cell, u.round)
		if err != nil {
			u.stop.because(err)
			break
		}
		runs = append(runs, r)
	}
	u.report(b, runs)
}

// report puts the mean of the runs onto the benchmark line; with the usual one
// iteration that is the run itself.
func (u *Suite) report(b *testing.B, runs []*record.Run) {
	sums, counts := map[string]float64{}, map[string]int{}
	for _, r := range runs {
		if !r.OK() {
			b.Errorf("run %d: %s", r.RunNumber, r.Error)
			continue
		}
		for _, m := range metric.LineOf(r) {
			sums[m.Unit] += m.Amount
			counts[m.Unit]++
		}
	}
	if len(counts) == 0 && !b.Failed() {
		b.Skip(u.stop.reason())
	}
	for unit, sum := range sums {
		b.ReportMetric(sum/float64(counts[unit]), unit)
	}
}

// load reads the settings and the cells they ask for.
func (u *Suite) load() (settings.Settings, []plan.Cell, error) {
	s, err := u.flags.Load(os.LookupEnv)
	if err != nil {
		return s, nil, err
	}
	if err := check(s); err != nil {
		return s, nil, err
	}
	for _, path := range []*string{&s.Results, &s.Gate, &s.Baseline} {
		if *path == "" || path == &s.Gate && *path == gate.DefaultName {
			continue
		}
		if *path, err = underModule(*path); err != nil {
			return s, nil, err
		}
	}
	cells, err := u.experiment.Cells(s.Matrix())
	return s, cells, err
}

// underModule resolves a relative path against the module's root, because
// "go test" runs each package's binary in the package's own folder.
func underModule(dir string) (string, error) {
	if filepath.IsAbs(dir) {
		return dir, nil
	}
	at, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for root := at; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return filepath.Join(root, dir), nil
		}
		if root == filepath.Dir(root) {
			return filepath.Join(at, dir), nil
		}
	}
}

// benchName is a cell's full benchmark name without the processors.
func (u *Suite) benchName(c plan.Cell) string { return "Benchmark" + plan.FullName(c.Suite, c.Cell) }

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
