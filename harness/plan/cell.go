// Package matrix is what duet measures, as plain data: models, runtimes,
// scenarios and options, the cells they make, and the order in which a round
// visits them. To measure something else, change a table in this package.
package plan

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
)

// Labels of an agent.
const (
	LabelBaseline = "baseline"
	LabelChimera  = "chimera" // the study's word for tuned
)

// ErrSameOptions is returned for a cell that would compare a configuration with
// itself. The study measured three such cells.
var ErrSameOptions = errors.New("baseline and tuned options are the same")

// Cell is one configuration: what one benchmark name measures.
type Cell struct {
	Suite    string // metrics.SuiteSingle or metrics.SuiteMulti
	Model    string
	Runtime  string
	Scenario string
	Topology string // "" is a server for each agent; metrics.TopologyOne one for all
	Tuned    Tuning // what the cell is labelled with
	Machine  string // "" but where several machines are compared (metrics.Cell.Machine)
	Roles    []Role // one per agent, collector first; in the single suite the one agent, tuned
}

// Role is one agent's part in a cell.
type Role struct {
	Agent  string // server.Collector or server.Insight
	Label  string // LabelBaseline or LabelChimera
	Tuning Tuning
}

// Config is the study's folder name for a cell:
// {scenario}_gpu{g}_ctx{c}_temp{t}, without the scenario in the single suite.
// The study had two servers always; a cell with one says so at the end.
func (c Cell) Config() string {
	s := fmt.Sprintf("gpu%d_ctx%d_temp%02.0f", c.Tuned.GPU, c.Tuned.Ctx, c.Tuned.Temp*10)
	if c.Suite == record.SuiteMulti {
		s = c.Scenario + "_" + s
	}
	if c.Topology != "" {
		s += "_" + c.Topology + "-server"
	}
	if c.Machine != "" {
		s += OnMachine(c.Machine)
	}
	return s
}

// OnMachine is what the folder of a cell ends with where machines are compared.
func OnMachine(machine string) string { return "_on-" + machine }

// ID is the cell's folder below the session's: unique, slash-separated, made of
// safe elements only.
func (c Cell) ID() string {
	return path.Join(c.Suite, c.Runtime, Slug(c.Model), c.Config())
}

// Name is the cell's benchmark name below BenchmarkSingle or BenchmarkMulti.
func (c Cell) Name() string {
	parts := []string{"model=" + Slug(c.Model), "runtime=" + c.Runtime}
	if c.Suite == record.SuiteMulti {
		parts = append(parts, "scenario="+c.Scenario)
	}
	if c.Topology != "" {
		parts = append(parts, "topology="+c.Topology)
	}
	if c.Machine != "" {
		parts = append(parts, "machine="+c.Machine)
	}
	parts = append(parts,
		fmt.Sprintf("gpu=%d", c.Tuned.GPU),
		fmt.Sprintf("ctx=%d", c.Tuned.Ctx),
		fmt.Sprintf("temp=%.1f", c.Tuned.Temp))
	return strings.Join(parts, "/")
}

// Label is the cell as a run records it.
func (c Cell) Label() record.Cell {
	return record.Cell{
		ID: c.ID(), Model: c.Model, Runtime: c.Runtime, Scenario: c.Scenario,
		GPU: c.Tuned.GPU, Ctx: c.Tuned.Ctx, Temp: c.Tuned.Temp, Machine: c.Machine,
	}
}

// Validate refuses a cell that cannot say anything.
func (c Cell) Validate() error {
	if c.Suite == record.SuiteSingle && c.Tuned == Baseline {
		return fmt.Errorf("cell %s: %w", c.ID(), ErrSameOptions)
	}
	if c.Scenario == BaselineVsChimera && len(c.Roles) == 2 && c.Roles[0].Tuning == c.Roles[1].Tuning {
		return fmt.Errorf("cell %s: %w", c.ID(), ErrSameOptions)
	}
	return nil
}

// Names of the scenarios.
const (
	TunedVsBaseline   = "tuned-vs-baseline" // the single suite's only one
	BaselineVsChimera = "baseline-vs-chimera"
	ChimeraHomo       = "chimera-homo"
	ChimeraHetero     = "chimera-hetero"
)

// Scenario says who plays which part in a dual-agent cell.
type Scenario struct {
	Name  string
	Tuned Tuning // the label
	Roles []Role
}

// Scenarios is the table of dual-agent scenarios, in the order of the reports.
// The last chimera-homo row of the study's Python runs, whose context was 2048
// under a label of 512, is ChimeraHomo with TunedPython: see Multi.
func Scenarios() []Scenario {
	return []Scenario{
		pair(BaselineVsChimera, LabelBaseline, Baseline, TunedRust),
		pair(ChimeraHomo, LabelChimera, TunedRust, TunedRust),
		pair(ChimeraHetero, LabelChimera, TunedSecond, TunedRust),
	}
}

// pair makes a scenario whose insight agent is tuned and gives the label.
func pair(name, collectorLabel string, collector, insight Tuning) Scenario {
	return Scenario{Name: name, Tuned: insight, Roles: []Role{
		{Agent: backend.Collector, Label: collectorLabel, Tuning: collector},
		{Agent: backend.Insight, Label: LabelChimera, Tuning: insight},
	}}
}
