package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// view is a set, grouped once for all tables over its matrix.
type view struct {
	set           *Set
	multi, single suite
	bootstrap     stats.Bootstrap
	outliers      []checked // made once, by checked
	races         []contest // made once, by contests
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

// sameOrigin keeps sessions and backends apart, as Set.Groups does.
func sameOrigin(a, b *record.Run) bool { return a.Origin() == b.Origin() }

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
