// Package bulk makes as many synthetic runs as a benchmark wants: invented
// numbers over a matrix like the study's, the n-th run the same on every
// machine. Nothing here was measured and every run says so: its backend is
// labelled simulated, with synthetic models.
//
// Runs have all of a real metrics.json (derived quantities, summary, warnings,
// replies) but the arrival of each chunk.
package bulk

import (
	"iter"
	"math/rand/v2"
	"time"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// Session is the session's name in every run.
const Session = "synthetic-bulk"

// runtimes are made up like the rest; duet itself drives agents from Go.
var runtimes = []string{"go", "python", "rust"}

// Cells is the matrix that runs are spread over: three models, three client
// runtimes, the study's dual-agent scenarios under two contexts and its
// single-agent tunings.
func Cells() []plan.Cell {
	planned := plan.Plan{Models: plan.Study, Runtimes: runtimes, Scenarios: []string{
		plan.BaselineVsChimera, plan.ChimeraHomo, plan.ChimeraHetero,
	}}
	var out []plan.Cell
	for _, ctx := range []int{512, 2048} {
		planned.Ctx = ctx
		out = append(out, must(plan.MultiCells(planned))...)
	}
	return append(out, must(plan.SingleCells(planned))...)
}

// Runs is the first n runs, round by round through the cells.
func Runs(n int) iter.Seq[*record.Run] {
	cells := Cells()
	return func(yield func(*record.Run) bool) {
		for i := range n {
			if !yield(Run(cells[i%len(cells)], 1+i/len(cells))) {
				return
			}
		}
	}
}

// Run is one run of a cell. About one in five hundred failed.
func Run(c plan.Cell, round int) *record.Run {
	d := dice{rand.New(rand.NewPCG(hash(c.ID()), uint64(round)))}
	r := frame(c, round)
	r.Environment.Load1 = ptr(d.about(0.5))
	for _, role := range c.Roles {
		r.Agents = append(r.Agents, agent(c.Model, role.Agent, role.Label, role.Tuning))
		r.Servers = append(r.Servers, serverOf(c.Model, role.Agent, role.Tuning))
	}
	r.Passes = d.passes(c)
	if d.IntN(500) == 0 {
		fail(r)
	}
	metric.Annotate(r)
	return r
}

func frame(c plan.Cell, round int) *record.Run {
	return &record.Run{
		Schema: record.Schema, Session: Session, Suite: c.Suite, Cell: c.Label(),
		RunNumber: round, Round: round, Seed: 116, Status: record.StatusOK,
		Started:  time.Date(2001, 2, 3, 4, 5, 0, 0, time.UTC).Add(time.Duration(round) * time.Minute),
		OriginNS: int64(round) * 60e9,
		Backend:  record.Backend{Kind: "sim", Simulated: true, Synthetic: true, Timescale: 100},
		Environment: record.Environment{
			Commit: "0123456789ab", Go: "go1.26", OS: "linux", Arch: "amd64",
			Kernel: "6.1.0", CPU: "Example CPU", Cores: 2, MemoryB: 8 << 30,
		},
	}
}

// fail cuts a run off in its last call.
func fail(r *record.Run) {
	r.Status, r.Error = record.StatusFailed, "call 1: connection reset by peer"
	p := &r.Passes[len(r.Passes)-1]
	c := &p.Calls[len(p.Calls)-1]
	c.Error, c.DoneNS, c.Server = "connection reset by peer", nil, nil
}

func must(cells []plan.Cell, err error) []plan.Cell {
	if err != nil {
		panic(err) // the tables of the matrix are constant
	}
	return cells
}

func ptr[T any](v T) *T { return &v }
