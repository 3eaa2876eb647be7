package beyond

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// listed is how many outliers the table lists: the raw rule flags a fifth of all
// values, and a list of a fifth of everything is no help.
const listed = 100

const defOutlier = "Flagged: |x − median| > 2 × MAD over the runs of a cell, MAD raw; about 18 % of a normal distribution is. Values: each agent's decode rate (server) and TTFT (client; the server's prompt time where a file has nothing else) in each pass."

func (v *view) checked() []checked {
	if v.outliers == nil {
		for _, g := range slices.Concat(v.multi.cells, v.single.cells) {
			v.outliers = append(v.outliers, check(g))
		}
	}
	return v.outliers
}

// outlierCounts is how much the rule flags in each cell.
func (v *view) outlierCounts() table.Table {
	t := table.Table{
		ID: "outlier_counts", Title: "Outliers by cell", Section: table.SectionStability, Definition: defOutlier,
		N:     "Values are agents × passes × 2 per run. Nothing is averaged and nothing is left out for being flagged.",
		Terms: []table.Term{termOutlier},
	}
	values := column[checked]{table.Column{Name: "values"}, func(c checked) table.Value {
		return table.Count(c.values).WithMissing(c.absent)
	}}
	suite := text[checked]("suite", func(r *record.Run) string { return r.Suite })
	return fill(v, t, v.checked(), []column[checked]{suite}, cell[checked](), []column[checked]{
		count("", "runs", "", func(c checked) int { return len(c.rows) }), values,
		count("flagged", "values", "", func(c checked) int { return len(c.flagged) }),
		num("flagged", "share", "%", 1, func(c checked) *float64 {
			return percentOf(stats.Finite(float64(len(c.flagged))), stats.Finite(float64(c.values)))
		}),
		count("flagged", "runs", "", func(c checked) int { return c.runs })})
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
	return fill(v, t, farthest(all, listed), []column[outlier]{text[outlier]("suite", func(r *record.Run) string { return r.Suite })},
		cell[outlier](), []column[outlier]{
			count("", "run", "", func(o outlier) int { return o.Run.RunNumber }),
			word("", "pass", func(o outlier) string { return o.pass }),
			word("", "agent", func(o outlier) string { return o.agent }),
			word("", "of", func(o outlier) string { return o.name + ", " + o.unit }),
			num("", "value", "", 1, func(o outlier) *float64 { return &o.value }),
			num("", "median", "", 1, func(o outlier) *float64 { return o.median }),
			num("", "MAD", "", 2, func(o outlier) *float64 { return o.mad }),
			num("", "distance", "MAD", 1, func(o outlier) *float64 { return o.distance }),
			word("", "reason", outlier.reason)})
}
