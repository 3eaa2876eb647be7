package tr116

import (
	"fmt"

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

// oneFormula asks whether efficiencies can be compared at all.
func oneFormula(v *view) check {
	c := check{item: "One formula for every efficiency", of: len(v.multi.rows)}
	server, _, _ := ruled(v.multi.rows)
	c.n = max(server, c.of-server)
	c.holds = c.n == c.of
	c.figures = fmt.Sprintf("%d runs by server durations (Python), %d by client wall times", server, c.of-server)
	return c
}

// oneContentionRule asks whether the study's rule was applied to every run.
func oneContentionRule(v *view) check {
	c := check{item: "One contention rule for every runtime", of: len(v.multi.rows)}
	_, below, flagged := ruled(v.multi.rows)
	c.n = c.of - (below - flagged)
	c.holds = below == flagged
	c.figures = fmt.Sprintf("printed speedups below %.1f: %d of %d; flagged: %d", contended, below, c.of, flagged)
	if !c.holds {
		c.figures += ", because Python's never were"
	}
	return c
}

func wholeMatrix(v *view) check {
	return complete("Every dual-agent configuration of the matrix was measured", v.multi.configs)
}

func wholeSingleMatrix(v *view) check {
	return complete("Every single-agent configuration of the matrix was measured", v.single.configs)
}

// levelsOf are the values that a matrix takes along each of its axes.
type levelsOf struct {
	runtimes, models, scenarios map[string]bool
	gpu, ctx                    map[int]bool
	temp                        map[float64]bool
}

func newLevels() levelsOf {
	return levelsOf{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[int]bool{}, map[int]bool{}, map[float64]bool{}}
}

func (l levelsOf) add(c record.Cell) {
	l.runtimes[c.Runtime()], l.models[c.Model()], l.scenarios[c.Scenario()] = true, true, true
	l.gpu[c.GPU()], l.ctx[c.Ctx()], l.temp[c.Temp()] = true, true, true
}

func (l levelsOf) product() int {
	return len(l.runtimes) * len(l.models) * len(l.scenarios) * len(l.gpu) * len(l.ctx) * len(l.temp)
}

func (l levelsOf) String() string {
	return fmt.Sprintf("runtimes %d × models %d × scenarios %d × gpu %d × ctx %d × temp %d",
		len(l.runtimes), len(l.models), len(l.scenarios), len(l.gpu), len(l.ctx), len(l.temp))
}

// whole compares a suite's configurations that have measured runs with all
// combinations of the levels that occur, session by session.
func complete(item string, configs []*group) check {
	c := check{item: item}
	for from := 0; from < len(configs); {
		l, to := newLevels(), from
		for ; to < len(configs) && sameOrigin(configs[from].first, configs[to].first); to++ {
			l.add(configs[to].first.Cell)
			if len(configs[to].rows) > 0 {
				c.n++
			}
		}
		c.of += l.product()
		c.figures = l.String()
		if to < len(configs) || from > 0 {
			c.figures = "over several sessions"
		}
		from = to
	}
	c.holds = c.n == c.of
	return c
}
