package metric

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// Rerun is why a cell is to be run once more: the outlier rule over the measured
// runs of its planned rounds, nil where it flags nothing. Runs that were made for
// it are not looked at, so that it gives one answer before and after.
func Rerun(runs []*record.Run) *record.Rerun {
	flagged := planned(runs).flagged
	if len(flagged) == 0 {
		return nil
	}
	r := &record.Rerun{Reason: farthest(flagged, 1)[0].says()}
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

// planned is the rule over the planned runs of one cell.
func planned(runs []*record.Run) checked {
	g := Group{}
	for _, r := range NewSet(runs).Rows {
		if r.Run.OK() && r.Run.Rerun == nil {
			g.Rows = append(g.Rows, r)
		}
	}
	return check(g)
}

// says is a flagged value in words.
func (o outlier) says() string {
	distance := "the others equal it"
	if o.distance != nil {
		distance = fmt.Sprintf("%.1f MAD from it", *o.distance)
	}
	return fmt.Sprintf("%s of %s, %s pass: %.1f %s in run %d, median %.1f, %s", o.name, o.agent, o.pass, o.value, o.unit, o.Run.RunNumber, *o.median, distance)
}
