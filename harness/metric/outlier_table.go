package metric

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// listed is how many outliers the table lists: the raw rule flags a fifth of all
// values, and a list of a fifth of everything is no help.
const listed = 100

// defOutlier stands beside every table of outliers.
const defOutlier = "Flagged: |x − median| > 2 × MAD over the runs of a cell, MAD raw; about 18 % of a normal distribution is. Values: each agent's decode rate (server) and TTFT (client; the server's prompt time where a file has nothing else) in each pass."

// checked are all cells under the rule, made once for the tables that need them.
func (v *view) checked() []checked {
	if v.outliers == nil {
		for _, g := range slices.Concat(v.multi.cells, v.single.cells) {
			v.outliers = append(v.outliers, check(g))
		}
	}
	return v.outliers
}

// outlierCounts is how much the rule flags in each cell. It counts values and runs:
// one run that was disturbed may have all flagged values of a cell, or each run
// one.
func (v *view) outlierCounts() table.Table {
	t := table.Table{
		ID: "outlier_counts", Title: "Outliers by cell", Section: table.SectionStability, Definition: defOutlier,
		N:     "Values are agents × passes × 2 per run. Nothing is averaged and nothing is left out for being flagged.",
		Terms: []table.Term{termOutlier},
	}
	values := Column[checked]{table.Column{Name: "values"}, func(c checked) table.Value {
		return table.Count(c.values).WithMissing(c.absent)
	}}
	suite := colSuite[checked]()
	return Fill(v.set, t, v.checked(), []Column[checked]{suite}, cell[checked](), []Column[checked]{
		Count("", "runs", "", func(c checked) int { return len(c.Rows) }), values,
		Count("flagged", "values", "", func(c checked) int { return len(c.flagged) }),
		Num("flagged", "share", "%", 1, func(c checked) *float64 {
			return percentOf(stats.Finite(float64(len(c.flagged))), stats.Finite(float64(c.values)))
		}),
		Count("flagged", "runs", "", func(c checked) int { return c.runs })})
}

// outlierList is the flagged values that lie farthest out, with what the run
// says of the reason.
func (v *view) outlierList() table.Table {
	var all []outlier
	for _, c := range v.checked() {
		all = append(all, c.flagged...)
	}
	t := table.Table{
		ID: "outliers", Title: "Outliers", Section: table.SectionStability, Definition: defOutlier + " Distance: (x − median) / MAD, n/a where the MAD is 0.",
		N:     fmt.Sprintf("One row per flagged value, the farthest %d of %d.", min(listed, len(all)), len(all)),
		Terms: []table.Term{termOutlier},
	}
	return Fill(v.set, t, farthest(all, listed), []Column[outlier]{colSuite[outlier]()},
		cell[outlier](), []Column[outlier]{
			Count("", "run", "", func(o outlier) int { return o.Run.RunNumber }),
			word("", "pass", func(o outlier) string { return o.pass }),
			word("", "agent", func(o outlier) string { return o.agent }),
			word("", "of", func(o outlier) string { return o.name + ", " + o.unit }),
			Num("", "value", "", 1, func(o outlier) *float64 { return &o.value }),
			Num("", "median", "", 1, func(o outlier) *float64 { return o.median }),
			Num("", "MAD", "", 2, func(o outlier) *float64 { return o.mad }),
			Num("", "distance", "MAD", 1, func(o outlier) *float64 { return o.distance }),
			word("", "reason", outlier.reason)})
}
