package plan

import (
	"fmt"
	"slices"

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

// SingleCells and MultiCells are the cells of a plan in the study's two suites.
func SingleCells(p Plan) ([]Cell, error) { return Single.Cells(p) }
func MultiCells(p Plan) ([]Cell, error)  { return Multi.Cells(p) }
