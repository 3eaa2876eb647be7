package gate

import (
	"fmt"
	"slices"
	"strings"
)

// failures judges the share of failed runs over all cells of the rule. It is a
// count of what happened, not an estimate of what would: there is no interval.
func (r *Rule) failures(in Input, m measure, names []string) Finding {
	failed, runs := 0, 0
	var where []string
	for _, name := range names {
		c := in.New.Cell(name)
		failed, runs = failed+c.Failed, runs+c.Runs+c.Failed
		if c.Failed > 0 {
			where = append(where, fmt.Sprintf("%s (%d of %d)", c.Folder(), c.Failed, c.Runs+c.Failed))
		}
	}
	f := Finding{Cell: cells(len(names)), Metric: m.name, Verdict: Pass}
	rate := 100 * float64(failed) / float64(runs)
	f.Seen = fmt.Sprintf("%d of %d runs failed, %.1f %%, at most %s", failed, runs, rate, r.Max.Text)
	if rate > r.Max.Amount {
		f.Verdict = Fail
	}
	if len(where) > 0 {
		if len(where) > 3 {
			where = append(slices.Clone(where[:3]), fmt.Sprintf("and %d more cells", len(where)-3))
		}
		f.Seen += ": " + strings.Join(where, ", ")
	}
	return f
}
