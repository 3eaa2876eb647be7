package plan

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/workload"
)

// Experiment is a question, as data: who asks what, with which options, on which
// servers. It expands into the cells of a suite of its name. The two of the study
// are Single and Multi; to ask something else, write another.
//
//	plan.Experiment{Name: "crowd", Scenarios: []plan.Scenario{{
//		Name: "alike", Tuned: plan.TunedRust, Roles: plan.Same(5, workload.Insight, plan.TunedRust),
//	}}}
type Experiment struct {
	Name string // of the suite: a label, and the folder of its runs
	// Scenarios are who plays which part. One agent is measured with the baseline's
	// options and with its own in turn; several, each alone and all together.
	Scenarios []Scenario
	// Selected keeps of the scenarios those that a plan names (-duet.scenarios), and
	// lets the plan's context replace the label's (-duet.ctx).
	Selected bool
	// Placements are how agents are put onto servers: "" gives each one of its own,
	// TopologyOne has one for all, a number has so many. nil: what the plan says
	// where there are several agents.
	Placements []string
}

// Same are n agents alike, a1 and so on, with one set of prompts.
func Same(n int, prompts string, t Tuning) []Role {
	var out []Role
	for i := range n {
		out = append(out, Role{Agent: fmt.Sprint("a", i+1), Label: LabelChimera, Tuning: t, Workload: prompts})
	}
	return out
}

// Cells are the experiment's cells of a plan.
func (e Experiment) Cells(p Plan) ([]Cell, error) {
	if !Plain(e.Name) {
		return nil, fmt.Errorf("experiment %q: a name is letters, digits, '-' and '_', lower case", e.Name)
	}
	var cells []Cell
	for _, model := range p.Models {
		for _, runtime := range p.Runtimes {
			for _, s := range e.Scenarios {
				if e.Selected {
					if !slices.Contains(p.Scenarios, s.Name) {
						continue
					}
					s = s.withCtx(p.Ctx)
				}
				for _, t := range e.placements(p, s) {
					cells = append(cells, NewCell(e.Name, s.Roles, append([]string{
						record.CoordModel, model, record.CoordRuntime, runtime,
						record.CoordScenario, s.Name, record.CoordTopology, t,
					}, s.Tuned.tuned()...)...))
				}
			}
		}
	}
	return cells, validate(cells)
}

func (e Experiment) placements(p Plan, s Scenario) []string {
	switch {
	case e.Placements != nil:
		return e.Placements
	case len(s.Roles) < 2:
		return []string{""}
	}
	return p.topologies()
}

// Single is the study's single-agent suite: its tunings against the baseline.
var Single = Experiment{Name: record.SuiteSingle, Scenarios: singles()}

// Multi is the study's dual-agent suite.
var Multi = Experiment{Name: record.SuiteMulti, Scenarios: Scenarios(), Selected: true}

func singles() []Scenario {
	var out []Scenario
	for _, t := range Tunings() {
		out = append(out, Scenario{Name: TunedVsBaseline, Tuned: t, Roles: []Role{{Agent: workload.Collector, Label: LabelChimera, Tuning: t}}})
	}
	return out
}

// Baseline is what an untuned agent asks for: Ollama's documented defaults,
// written out. A server's own defaults change with its version and its memory,
// so a baseline that asks for nothing measures something else next year.
//
// num_gpu 99 asks for every layer, which is what Ollama's "auto" does on a GPU
// that holds the model; 4096 is its default context below 24 GB of VRAM.
var Baseline = Tuning{GPU: 99, Ctx: 4096, Temp: 0.8}

// Tuning is a choice of the three options the study varies.
type Tuning struct {
	GPU  int     `json:"num_gpu"` // layers on the GPU
	Ctx  int     `json:"num_ctx"` // tokens of context
	Temp float64 `json:"temperature"`
}

// The study's tunings.
var (
	// TunedRust is what the study's Rust runs asked for and got.
	TunedRust = Tuning{GPU: 80, Ctx: 512, Temp: 1.0}
	// TunedPython is what the study's Python runs had in effect under the
	// label "ctx512".
	TunedPython = Tuning{GPU: 80, Ctx: 2048, Temp: 1.0}
	// TunedSecond is the other half of chimera-hetero: two tuned agents whose
	// options differ.
	TunedSecond = Tuning{GPU: 60, Ctx: 1024, Temp: 0.8}
)

// Options spells a tuning out as the full set of options that is sent.
func (t Tuning) Options() record.Options {
	return record.Options{
		NumGPU: t.GPU, NumCtx: t.Ctx, Temperature: t.Temp,
		TopP: 0.9, TopK: 40, RepeatPenalty: 1.1,
	}
}

// Tunings are the study's four single-agent tunings: 60 and 80 GPU layers by
// 512 and 1024 tokens of context, at temperature 0.8.
func Tunings() []Tuning {
	var out []Tuning
	for _, gpu := range []int{60, 80} {
		for _, ctx := range []int{512, 1024} {
			out = append(out, Tuning{GPU: gpu, Ctx: ctx, Temp: 0.8})
		}
	}
	return out
}

// Names of the topologies, for people: how many servers the agents of a dual
// cell have. It is a coordinate of the cell, so that two and one are compared in
// one session, under one drift; and part of the backend's label, so that they
// never share a mean.
const (
	TopologyTwo = "two" // one for each agent, one request at a time
	TopologyOne = record.TopologyOne
)

// Topologies are all of them.
func Topologies() []string { return []string{TopologyTwo, TopologyOne} }

// CheckTopologies returns an error that says what is allowed for an unknown name.
func CheckTopologies(names []string) error { return check("topology", names, Topologies()) }

// topologies are the plan's, as a cell has them.
func (p Plan) topologies() []string {
	if len(p.Topologies) == 0 {
		return []string{""}
	}
	var out []string
	for _, t := range p.Topologies {
		if t == TopologyTwo {
			t = ""
		}
		out = append(out, t)
	}
	return out
}

// Plan selects a part of the matrix. Its fields are resolved names: see Models,
// CheckRuntimes and CheckScenarios.
type Plan struct {
	Models    []string
	Runtimes  []string
	Scenarios []string // of the multi suite
	// Topologies of the multi suite, as in Topologies; nil is two servers.
	Topologies []string
	// Ctx replaces the tuned context of the multi suite: 512 as the study's Rust
	// runs had it (the default when 0), 2048 as its Python runs had it.
	Ctx int
}

// withCtx replaces the context of every role that carries the scenario's label.
func (s Scenario) withCtx(ctx int) Scenario {
	if ctx == 0 {
		return s
	}
	label := s.Tuned
	s.Tuned.Ctx, s.Roles = ctx, slices.Clone(s.Roles)
	for i, r := range s.Roles {
		if r.Tuning == label {
			s.Roles[i].Tuning.Ctx = ctx
		}
	}
	return s
}

// validate joins what is wrong with cells; names must be unique because they
// are folders.
func validate(cells []Cell) error {
	var errs []error
	seen := map[string]bool{}
	for _, c := range cells {
		errs = append(errs, c.Validate())
		if seen[c.ID] {
			errs = append(errs, fmt.Errorf("two cells share the name %s", c.ID))
		}
		seen[c.ID] = true
	}
	return errors.Join(errs...)
}

// Order returns the order in which a round (from 1) visits n cells: a seeded
// shuffle, another one each round, so that drift and neighbours hit all cells
// alike. The same seed and round give the same order.
func Order(n, round int, seed uint64) []int {
	return rand.New(rand.NewPCG(seed, uint64(round))).Perm(n)
}

// CheckRuntimes returns an error that says what is allowed for a name that is not
// among known.
func CheckRuntimes(names, known []string) error { return check("runtimes", names, known) }

// CheckScenarios returns an error that says what is allowed for an unknown name.
func CheckScenarios(names []string) error {
	var all []string
	for _, s := range Scenarios() {
		all = append(all, s.Name)
	}
	return check("scenarios", names, all)
}

func check(what string, names, allowed []string) error {
	if len(names) == 0 {
		return fmt.Errorf("%s: none given; allowed: %s", what, strings.Join(allowed, ", "))
	}
	seen := map[string]bool{}
	for _, n := range names {
		if !slices.Contains(allowed, n) {
			return fmt.Errorf("%s: unknown %q; allowed: %s", what, n, strings.Join(allowed, ", "))
		}
		if seen[n] {
			return fmt.Errorf("%s: %q given twice", what, n)
		}
		seen[n] = true
	}
	return nil
}
