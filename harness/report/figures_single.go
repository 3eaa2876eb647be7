package report

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

// tuned shows a ratio within a run. The axis does not begin at 0: what is looked
// for is on which side of 1 the bar lies, and a few percent would vanish.
func (d drawer) tuned() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "tuned", Section: table.SectionSingle, Title: "One agent: tuned over baseline decode rate",
		Caption: howDots + " Right of the line the tuned options are faster." + d.single.names.common,
	}
	rows := d.single.strip(every, one(metric.Pick("tuned_over_baseline")))
	f.Body = plot.Strip{
		Axis: "tuned / baseline decode rate (server)", Digits: 3, Rows: rows,
		Lines: []plot.Line{{At: 1, Text: "no difference"}},
	}
	return f, len(rows) > 0
}
