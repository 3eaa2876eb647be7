package plan

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
)

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

// SingleCells returns the single-agent cells of a plan.
func SingleCells(p Plan) ([]Cell, error) {
	var cells []Cell
	for _, model := range p.Models {
		for _, runtime := range p.Runtimes {
			for _, t := range Single() {
				roles := []Role{{Agent: backend.Collector, Label: LabelChimera, Tuning: t}}
				cells = append(cells, NewCell(record.SuiteSingle, roles, append([]string{
					record.CoordModel, model, record.CoordRuntime, runtime, record.CoordScenario, TunedVsBaseline,
				}, t.tuned()...)...))
			}
		}
	}
	return cells, validate(cells)
}

// MultiCells returns the dual-agent cells of a plan.
func MultiCells(p Plan) ([]Cell, error) {
	var cells []Cell
	for _, model := range p.Models {
		for _, runtime := range p.Runtimes {
			for _, s := range Scenarios() {
				if !slices.Contains(p.Scenarios, s.Name) {
					continue
				}
				s = s.withCtx(p.Ctx)
				for _, t := range p.topologies() {
					cells = append(cells, NewCell(record.SuiteMulti, s.Roles, append([]string{
						record.CoordModel, model, record.CoordRuntime, runtime,
						record.CoordScenario, s.Name, record.CoordTopology, t,
					}, s.Tuned.tuned()...)...))
				}
			}
		}
	}
	return cells, validate(cells)
}

// withCtx replaces the context of every role that carries the scenario's label.
func (s Scenario) withCtx(ctx int) Scenario {
	if ctx == 0 {
		return s
	}
	label := s.Tuned
	s.Tuned.Ctx = ctx
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
