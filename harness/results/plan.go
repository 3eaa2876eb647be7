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
