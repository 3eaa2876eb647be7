// # Sessions
//
// The package knows which session a command belongs to, what is already measured
// in it, and how a run gets there.
//
//	results/<session>/session.json    the plan, the machine, the servers
//	results/<session>/session.lock    the process that is measuring, while it is
//	results/<session>/bench.txt       every run as a Go benchmark line, full precision
//	results/<session>/failures.jsonl  every failed run, one object a line
//	results/<session>/progress.log
//	results/<session>/<cell>/run_<n>/metrics.json
//	results/<session>/<cell>/summary.json and summary.md
//
// A run is on disk before anything is printed. The same command finds its
// unfinished session again and makes only the runs that are missing; a command
// with another plan, or on another commit, begins a session of its own, because
// numbers of two plans must not be averaged.
package results

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/settings"
)

// Plan is what makes two commands the same session: everything that changes
// what is measured, and nothing that does not.
type Plan struct {
	Schema    string   `json:"schema"` // of its runs
	Commit    string   `json:"commit"`
	Tag       string   `json:"tag"` // build tag: "", ollama, gpu
	Servers   string   `json:"servers"`
	Endpoints []string `json:"endpoints,omitempty"`
	Ollama    string   `json:"ollama,omitempty"`
	Topology  []string `json:"topology,omitempty"`
	Separate  bool     `json:"separate,omitempty"`
	Image     string   `json:"image,omitempty"`
	GPUs      string   `json:"gpus,omitempty"`
	CPUs      float64  `json:"cpus,omitempty"`
	MemoryB   int64    `json:"memory,omitempty"` // bytes
	Models    []string `json:"models"`
	Runtimes  []string `json:"runtimes"`
	Scenarios []string `json:"scenarios"`
	Shard     string   `json:"shard,omitempty"` // "" is all of the matrix, as in sessions from before it
	Rounds    int      `json:"rounds"`
	Rerun     bool     `json:"rerun,omitempty"` // sessions from before it have the same hash still
	Budget    int      `json:"budget"`
	Unequal   bool     `json:"unequal"`
	Ctx       int      `json:"ctx"`
	Seed      uint64   `json:"seed"`
	Threads   int      `json:"threads"`
	Timescale float64  `json:"timescale,omitempty"`
	Prompts   string   `json:"prompts"` // hash of the workload's texts
}

// NewPlan takes the plan out of the settings.
func NewPlan(s settings.Settings, commit, tag, prompts string) Plan {
	return Plan{
		Schema: record.Schema, Commit: commit, Tag: tag,
		Servers: s.Servers, Endpoints: s.Endpoints, Ollama: s.Ollama, Topology: s.Topology,
		Separate: s.Separate, Image: s.Image, GPUs: s.GPUs, CPUs: s.CPUs, MemoryB: s.MemoryB,
		Models: s.Models, Runtimes: s.Runtimes, Scenarios: s.Scenarios, Shard: s.Shard.String(),
		Rounds: s.Rounds, Rerun: s.Rerun, Budget: s.Budget, Unequal: s.Unequal, Ctx: s.Ctx,
		Seed: s.Seed, Threads: s.Threads, Timescale: s.Timescale, Prompts: prompts,
	}
}

// Hash identifies a plan.
func (p Plan) Hash() string {
	b, err := json.Marshal(p)
	if err != nil {
		panic("record: a plan is plain data: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// Keep adds cells to the session's, those that it has not yet.
func (f *File) Keep(cells ...plan.Cell) {
	known := map[string]bool{}
	for _, c := range f.Cells {
		known[c.ID] = true
	}
	for _, c := range cells {
		if !known[c.ID] {
			f.Cells, known[c.ID] = append(f.Cells, c), true
		}
	}
}

// Own are the cells of a suite that were the session's to measure: those of its
// shard.
func (f File) Own(suite string) (out []plan.Cell) {
	for _, c := range f.Cells {
		if c.Suite == suite && (f.Plan.Shard == "" || c.Shard == f.Plan.Shard) {
			out = append(out, c)
		}
	}
	return out
}

// CellsIn are the cells of a session as a merge has them, where machines are
// compared with the machine in each.
func (m Merged) CellsIn(compared bool) []plan.Cell {
	out := slices.Clone(m.Session.Cells)
	for i := range out {
		if compared {
			out[i].Cell = OnMachine(out[i].Cell, m.Machine)
		}
	}
	return out
}

// OnMachine is a cell where machines are compared: the machine is one of its
// coordinates, and its folder says so last.
func OnMachine(c record.Cell, machine string) record.Cell {
	id := c.ID + plan.OnMachine(machine)
	c = c.With(record.CoordMachine, machine)
	c.ID = id
	return c
}
