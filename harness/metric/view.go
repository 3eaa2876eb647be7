package metric

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// MatrixTables returns the tables that compare the cells of a matrix: the median
// with its interval beside every mean, the efficiencies side by side, tests, what
// the first run and the outliers do, and the views that the study's plan promised
// (its Appendix H). They work for any set: what it does not have is n/a with a
// count, and a table with nothing to say is left out.
func MatrixTables(s *Set) []table.Table {
	v := newView(s)
	var all []table.Table
	if s.Has(record.SuiteMulti) {
		all = append(all, v.multiTables()...)
	}
	all = append(all, v.outlierCounts(), v.outlierList(), v.rerunList())
	all = append(all, v.normalised(), v.winners(), v.frontier(), v.placement(), v.dominance())
	var out []table.Table
	for _, t := range all {
		if len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return s.Mark(out)
}

// multiTables need runs of several agents. Those about outliers and models need
// only runs.
func (v *view) multiTables() []table.Table {
	return []table.Table{
		v.efficiencyByRuntime(), v.efficiencyGaps(), v.efficiencyByCell(),
		v.intervalsByRuntime(), v.intervalsByModel(), v.intervalsByCell(),
		v.runtimeTests(), v.scenarioTests(),
		v.correlations(), v.service(),
		v.firstByRuntime(), v.firstByCell(),
	}
}

// view is a set, grouped once for all tables over its matrix.
type view struct {
	set           *Set
	multi, single suite
	bootstrap     stats.Bootstrap
}

// suite is one suite's runs in groups, each in the set's order.
type suite struct{ cells, models, runtimes, origins []Group }

// newView groups the set by every key that a table uses.
func newView(s *Set) *view {
	return &view{
		set: s, bootstrap: stats.DefaultBootstrap(),
		multi: newSuite(s, record.SuiteMulti), single: newSuite(s, record.SuiteSingle),
	}
}

// newSuite groups one suite's runs; one that the set lacks has no groups.
func newSuite(s *Set, name string) suite {
	return suite{
		cells: s.Groups(name, ByCell), models: s.Groups(name, ByModel),
		runtimes: s.Groups(name, ByRuntime), origins: s.Groups(name, ByOrigin),
	}
}

// efficiency is a definition's sample.
func (g Group) efficiency(d definition) stats.Sample { return g.Sample(d.of) }

// SameOrigin keeps sessions and backends apart, as Set.Groups does.
func SameOrigin(a, b *record.Run) bool { return a.Origin() == b.Origin() }

// ofOrigin are the groups of one origin.
func ofOrigin(groups []Group, at string) []Group {
	var out []Group
	for _, g := range groups {
		if g.First().Origin() == at {
			out = append(out, g)
		}
	}
	return out
}

// definition is one way to say how well agents ran together. Tables show all of
// them side by side, because the study's result hung on which one a runtime got.
type definition struct {
	name string // with its unit, as a cell shows it
	of   pick   // the efficiency
	// delta is the throughput delta that belongs to it: insight − collector,
	// tok/s, of means of rates in the study and of sums in duet.
	delta pick
}

// The definitions. measured divides by what the agents gave alone, so it alone sees
// contention, and it alone needs a solo pass. server and client compare a run with
// itself. published is one of these two by the runtime, as the study chose.
// togetherOverSolo is an estimate from other cells, and a ratio where the others are
// percentages.
var (
	measured         = definition{"measured, %", func(r *Row) *float64 { return r.D.Get("efficiency_measured") }, rateDelta}
	published        = definition{"published, %", func(r *Row) *float64 { return r.S.Efficiency }, studiedDelta}
	server           = definition{"server, %", func(r *Row) *float64 { return r.D.Get("efficiency_server") }, rateDelta}
	client           = definition{"client, %", func(r *Row) *float64 { return r.D.Get("efficiency_client") }, rateDelta}
	togetherOverSolo = definition{"together ÷ solo", func(r *Row) *float64 { return r.TogetherOverSolo }, rateDelta}
)

// rateDelta divides an agent's sums, so that long replies weigh more. studiedDelta
// is of means over calls, as the study published it: each goes with the efficiency
// that it was published or computed beside.
func rateDelta(r *Row) *float64    { return r.D.Get("throughput_delta") }
func studiedDelta(r *Row) *float64 { return r.S.ThroughputDelta }

// definitions are all of them, in the order of every table.
func definitions() []definition {
	return []definition{measured, published, server, client, togetherOverSolo}
}

// known are the definitions that at least one dual-agent run has, and a note on
// those that none has.
func (v *view) known() (have []definition, notes []string) {
	for _, d := range definitions() {
		if v.any(d.of) {
			have = append(have, d)
			continue
		}
		if d.name == published.name && !slices.ContainsFunc(v.set.Rows, (*Row).Imported) {
			continue // nobody publishes anything of our own runs but ourselves
		}
		notes = append(notes, "No run has efficiency "+d.name+"; it is n/a everywhere and has no row or column.")
	}
	return have, notes
}

// meaning is what the definitions are, with the study's where it has its word.
func (v *view) meaning() string {
	if v.any(published.of) {
		return fmt.Sprintf(defDefinitions, "; published, the study's choice, server for Python and client for every other runtime")
	}
	return fmt.Sprintf(defDefinitions, "")
}

// any reports whether a measured run of several agents has a quantity. Failed runs
// are not asked.
func (v *view) any(of pick) bool {
	for _, g := range v.multi.origins {
		for _, r := range g.Rows {
			if of(r) != nil {
				return true
			}
		}
	}
	return false
}

// percentOf is a / b × 100, absent when either is or b is not positive.
func percentOf(a, b *float64) *float64 {
	if a == nil || b == nil || *b <= 0 {
		return nil
	}
	return stats.Finite(100 * *a / *b)
}
