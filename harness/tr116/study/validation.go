package study

import (
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
