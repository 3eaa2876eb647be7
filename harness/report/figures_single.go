package report

import (
	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/report/plot"
)

func (d drawer) tuned() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "tuned", Section: analysis.SectionSingle, Title: "One agent: tuned over baseline decode rate",
		Caption: howDots + " Right of the line the tuned options are faster." + d.single.names.common,
	}
	rows := d.single.strip(every, one(analysis.TunedOverBaseline))
	f.Body = plot.Strip{
		Axis: "tuned / baseline decode rate (server)", Digits: 3, Rows: rows,
		Lines: []plot.Line{{At: 1, Text: "no difference"}},
	}
	return f, len(rows) > 0
}
