package plan

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
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
