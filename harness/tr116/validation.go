package tr116

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// check is an item of the checklist: what ought to be, whether it is, and the
// figures that say so.
type check struct {
	item    string
	holds   bool
	n, of   int
	figures string
}

// checks are the items, in the study's order; the later ones are what a reader
// of the study would have wanted to see there.
var checks = []func(*view) check{
	parsedMulti, fullConfigs, wholeMatrix, wholeSingleMatrix, fullSingleConfigs,
	oneFlaggedConfig, oneRoot, plainLabels, inManifest,
	noneFailed, oneFormula, oneContentionRule, noLostZero,
}

// validation is appendix I, computed.
func (v *view) validation() table.Table {
	t := table.Table{
		ID: "tr116_validation", Title: "Validation checklist (as the study has it, computed)", Section: table.AppendixValidation,
		Definition: "Each item is computed from the runs: it holds or it does not, n of so many. The study ticked its list by hand. What runs cannot tell, such as plans for a later study, is left out.",
		N:          "All runs of all sessions, those that failed too where the item says so.",
		Columns: []table.Column{{Name: "item", Text: true}, {Name: "holds", Text: true}, {Name: "n"}, {Name: "of"},
			{Name: "figures", Text: true, Prose: true}},
	}
	if len(v.set.Rows) == 0 {
		return t
	}
	for _, f := range checks {
		if c := f(v); c.of > 0 {
			t.Rows = append(t.Rows, []table.Value{
				table.Text(c.item), table.Flag(&c.holds), table.Count(c.n), table.Count(c.of), table.Text(c.figures),
			})
		}
	}
	return t
}

// named is how many names a list of exceptions shows.
const named = 5

// list joins names, the first few.
func list(names []string) string {
	if len(names) > named {
		return strings.Join(names[:named], "; ") + fmt.Sprintf("; and %d more", len(names)-named)
	}
	return strings.Join(names, "; ")
}

// exceptions is a list that a sentence ends with, where there are any.
func exceptions(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return ": " + list(names)
}

// having counts the rows of which something is true.
func having(rows []*metric.Row, is func(*metric.Row) bool) (n int) {
	for _, r := range rows {
		if is(r) {
			n++
		}
	}
	return n
}

func parsedMulti(v *view) check {
	c := check{item: "Every dual-agent run has an efficiency", of: v.multi.all}
	c.n = having(v.multi.rows, func(r *metric.Row) bool { return r.S.Efficiency != nil })
	c.holds = c.n == c.of
	c.figures = fmt.Sprintf("%d of %d dual-agent runs parsed, %d of them failed", c.n, c.of, v.multi.failed())
	return c
}

func fullConfigs(v *view) check {
	return full("Every dual-agent configuration has as many runs as any other", v.multi.configs, func(r *record.Run) string {
		return r.Cell.Runtime() + " " + v.model(r) + " " + r.Cell.Scenario()
	})
}

func fullSingleConfigs(v *view) check {
	return full("Every single-agent configuration has as many runs as any other", v.single.configs, func(r *record.Run) string {
		return r.Cell.Runtime() + " " + v.model(r) + " " + label(r)
	})
}

func full(item string, configs []group, name func(*record.Run) string) check {
	c := check{item: item, of: len(configs)}
	most := 0
	for _, g := range configs {
		most = max(most, len(g.Planned().Rows))
	}
	var short []string
	for _, g := range configs {
		if n := len(g.Planned().Rows); n == most {
			c.n++
		} else {
			short = append(short, fmt.Sprintf("%s has %d", name(g.First()), n))
		}
	}
	c.holds = c.n == c.of && most > 0
	c.figures = fmt.Sprintf("%d of %d have %d measured runs", c.n, c.of, most) + exceptions(short)
	return c
}

func oneFlaggedConfig(v *view) check {
	c := check{item: "Contention flags are confined to one configuration", of: len(v.multi.configs)}
	var flagged []string
	for _, g := range v.multi.configs {
		if having(g.Rows, contendedRun) > 0 {
			c.n++
		}
		for _, r := range g.Rows {
			if contendedRun(r) {
				flagged = append(flagged, fmt.Sprintf("%s %s %s run %d", r.Run.Cell.Runtime(), v.model(r.Run), r.Run.Cell.Scenario(), r.Run.RunNumber))
			}
		}
	}
	c.holds = c.n <= 1
	c.figures = fmt.Sprintf("%d of %d runs flagged by the study's rules", len(flagged), len(v.multi.rows)) + exceptions(flagged)
	return c
}

func oneRoot(v *view) check {
	c := check{item: "All files lie under one root", of: len(v.set.Rows)}
	roots := map[string]bool{}
	from := 0
	for i := range v.set.Rows {
		r := v.set.Rows[i].Run
		roots[r.Session] = true
		if !metric.SameOrigin(v.set.Rows[from].Run, r) {
			from = i
		}
		c.n = max(c.n, i-from+1) // the largest root's
	}
	c.holds = c.n == c.of
	c.figures = "sessions: " + list(slices.Sorted(maps.Keys(roots)))
	return c
}

func plainLabels(v *view) check {
	c := check{item: "Names of models, runtimes, scenarios and files are ASCII", of: len(v.set.Rows)}
	c.n = having(v.set.Rows, func(r *metric.Row) bool {
		cell := r.Run.Cell
		return !strings.ContainsFunc(cell.Model()+cell.Runtime()+cell.Scenario()+source(r.Run), func(r rune) bool { return r > 0x7e })
	})
	c.holds = c.n == c.of
	c.figures = fmt.Sprintf("those of %d of %d runs; reports themselves are UTF-8", c.n, c.of)
	return c
}

func inManifest(v *view) check {
	c := check{item: "The manifest has every run", of: len(v.set.Rows)}
	for _, e := range v.files {
		c.n += e.runs
	}
	c.holds = c.n == c.of
	c.figures = fmt.Sprintf("%d runs in %d files", c.n, len(v.files))
	return c
}

func noneFailed(v *view) check {
	failed := v.multi.failed() + v.single.failed()
	c := check{item: "No run failed", of: len(v.set.Rows), holds: failed == 0}
	c.n = c.of - failed
	c.figures = fmt.Sprintf("%d of %d runs failed", failed, c.of)
	return c
}

// noLostZero looks for what the study lost to a test for truth.
func noLostZero(v *view) check {
	c := check{item: "No measured TTFT Δ is printed as absent", of: len(v.multi.rows)}
	lost := having(v.multi.rows, func(r *metric.Row) bool { return r.S.LostZero })
	c.n, c.holds = c.of-lost, lost == 0
	c.figures = fmt.Sprintf("%d exact zeros are absent in the study's tables and out of their means", lost)
	return c
}

// contendedRun is flagged by the study's rule as the study applied it.
func contendedRun(r *metric.Row) bool { return r.S.Contention != nil && *r.S.Contention }

// oneFormula asks whether efficiencies can be compared at all.
func oneFormula(v *view) check {
	c := check{item: "One formula for every efficiency", of: len(v.multi.rows)}
	server := having(v.multi.rows, func(r *metric.Row) bool { return r.S.Formula == serverFormula })
	c.n = max(server, c.of-server)
	c.holds = c.n == c.of
	c.figures = fmt.Sprintf("%d runs by server durations (Python), %d by client wall times", server, c.of-server)
	return c
}

// oneContentionRule asks whether the study's rule was applied to every run.
func oneContentionRule(v *view) check {
	c := check{item: "One contention rule for every runtime", of: len(v.multi.rows)}
	below := having(v.multi.rows, func(r *metric.Row) bool { return r.S.Speedup != nil && *r.S.Speedup < contended })
	flagged := having(v.multi.rows, contendedRun)
	c.n = c.of - (below - flagged)
	c.holds = below == flagged
	c.figures = fmt.Sprintf("printed speedups below %.1f: %d of %d; flagged: %d", contended, below, c.of, flagged)
	if !c.holds {
		c.figures += ", because Python's never were"
	}
	return c
}

func wholeMatrix(v *view) check {
	return complete("Every dual-agent configuration of the matrix was measured", &v.multi)
}

func wholeSingleMatrix(v *view) check {
	return complete("Every single-agent configuration of the matrix was measured", &v.single)
}

// complete compares a suite's configurations that have measured runs with all
// combinations of the levels that occur, session by session.
func complete(item string, s *suite) check {
	c := check{item: item}
	for _, o := range s.origins {
		configs := slices.DeleteFunc(slices.Clone(s.configs), func(g group) bool { return !sameOrigin(g, o) })
		for _, g := range configs {
			c.n += min(1, len(g.Rows))
		}
		size, words := matrix(configs)
		c.of, c.figures = c.of+size, words
	}
	if len(s.origins) > 1 {
		c.figures = "over several sessions"
	}
	c.holds = c.n == c.of
	return c
}

// matrix is how many combinations there are of the levels that occur along each
// axis, and the numbers of levels in words.
func matrix(configs []group) (size int, words string) {
	size = 1
	var said []string
	for _, axis := range [][2]string{
		{"runtimes", record.CoordRuntime}, {"models", record.CoordModel}, {"scenarios", record.CoordScenario},
		{"gpu", record.CoordGPU}, {"ctx", record.CoordCtx}, {"temp", record.CoordTemp},
	} {
		levels := map[string]bool{}
		for _, g := range configs {
			levels[g.First().Cell.Get(axis[1])] = true
		}
		size *= len(levels)
		said = append(said, fmt.Sprintf("%s %d", axis[0], len(levels)))
	}
	return size, strings.Join(said, " × ")
}
