package metric

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// Rerun is why a cell is to be run once more: the outlier rule over the measured
// runs of its planned rounds, nil where it flags nothing. Runs that were made for
// it are not looked at, so that it gives one answer before and after.
func Rerun(rows []*Row) *record.Rerun {
	flagged := check(groupOf(NewSetOf(rows).Rows...).Planned()).flagged
	if len(flagged) == 0 {
		return nil
	}
	r := &record.Rerun{Reason: farthest(flagged, 1)[0].String()}
	for _, o := range flagged {
		if n := int64(o.Run.RunNumber); !slices.Contains(r.Of, n) {
			r.Of = append(r.Of, n)
		}
	}
	slices.Sort(r.Of)
	if more := len(flagged) - 1; more > 0 {
		r.Reason += fmt.Sprintf("; and %d more values", more)
	}
	return r
}

// String is a flagged value in words.
func (o outlier) String() string {
	distance := "the others equal it"
	if o.distance != nil {
		distance = fmt.Sprintf("%.1f MAD from it", *o.distance)
	}
	return fmt.Sprintf("%s of %s, %s pass: %.1f %s in run %d, median %.1f, %s", o.name, o.agent, o.pass, o.value, o.unit, o.Run.RunNumber, *o.median, distance)
}

// reproduction is a re-run beside the values that it was made for: was it an
// accident? A
// value that was chosen for lying far out is likely to be followed by an ordinary
// one, whatever made it. So "not outside again" is weak evidence of an accident;
// "outside again" is good evidence that the cell has two states.
type reproduction struct {
	*Row
	checked               // the planned runs
	compared, outside int // flagged quantities that the re-run has; where its value is flagged too
}

// First is the re-run itself; both embedded types have one.
func (a reproduction) First() *record.Run { return a.Run }

// reruns are all measured re-runs with what the rule says of their cells'
// planned runs.
func (v *view) reruns() []reproduction {
	var out []reproduction
	for _, g := range slices.Concat(v.multi.cells, v.single.cells) {
		var of *checked // of the cell, made once where it has a re-run
		for _, r := range g.Rows {
			if r.Run.Rerun == nil {
				continue
			}
			if of == nil {
				c := check(g.Planned())
				of = &c
			}
			out = append(out, newReproduction(r, *of))
		}
	}
	return out
}

// Planned is a group without re-runs.
func (g Group) Planned() Group {
	rows := slices.DeleteFunc(slices.Clone(g.Rows), func(r *Row) bool { return r.Run.Rerun != nil })
	return Group{Rows: rows}
}

// newReproduction compares the re-run's values with the cell's medians: a quantity
// that was flagged and is in its place now was an accident of one run.
func newReproduction(r *Row, of checked) reproduction {
	a := reproduction{Row: r, checked: of}
	seen := map[string]bool{}
	for _, o := range of.flagged {
		key := o.pass + " " + o.agent + " " + o.name
		values, _ := o.values(Group{Rows: []*Row{r}})
		if seen[key] || len(values) == 0 {
			continue
		}
		seen[key] = true
		a.compared++
		if math.Abs(values[0]-*o.median) > stats.OutlierMADs**o.mad {
			a.outside++
		}
	}
	return a
}

// rerunList is one row per re-run.
func (v *view) rerunList() table.Table {
	t := table.Table{
		ID: "reruns", Title: "Re-runs of cells with outliers", Section: table.SectionStability,
		Definition: defOutlier + " A cell with a flagged value is run once more after all rounds, and once only. Again outside: flagged quantities (an agent's rate or TTFT in a pass) whose value in the re-run is more than 2 MAD from the planned runs' median too.",
		N:          "One row per re-run. Both are kept: the flagged runs and the re-run count like any other in every table, so these cells have one run more than planned.",
		Terms:      []table.Term{termOutlier},
	}
	return Fill(v.set, t, v.reruns(), []Column[reproduction]{colSuite[reproduction]()},
		cell[reproduction](), []Column[reproduction]{
			Count("", "run", "", func(a reproduction) int { return a.Run.RunNumber }),
			Word("", "for runs", reproduction.of),
			Count("planned", "flagged values", "", func(a reproduction) int { return len(a.flagged) }),
			Count("planned", "quantities", "", func(a reproduction) int { return a.compared }),
			Count("re-run", "again outside", "", func(a reproduction) int { return a.outside }),
			Word("", "reason", func(a reproduction) string { return a.Run.Rerun.Reason })})
}

// of are the numbers of the runs that a re-run was made for.
func (a reproduction) of() string {
	var out []string
	for _, n := range a.Run.Rerun.Of {
		out = append(out, strconv.FormatInt(n, 10))
	}
	return strings.Join(out, ", ")
}
