package report_test

import (
	"strings"
	"testing"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/results"
)

// Whatever a metrics.json says, there is a report of it, and no number in it is
// none.
func FuzzReportOfARun(f *testing.F) {
	for _, r := range []*record.Run{synthetic.Pair("alpha:7b", "chimera-homo", 1, 1.5), synthetic.Single("beta:latest", 2)} {
		for i := range r.Passes {
			for k := range r.Passes[i].Calls {
				r.Passes[i].Calls[k].DeltasNS = nil // long, and no table reads them
			}
		}
		data, err := results.Encode(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := results.Decode(data)
		if err != nil {
			return
		}
		rep := report.Build([]*record.Run{r, synthetic.Pair("alpha:7b", "chimera-homo", 1, 1.5)}, nil)
		html, err := rep.HTML()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(html, "<script") != 1 { // the page's own
			t.Error("a word of the run became markup")
		}
		for _, fig := range rep.Figures {
			if svg := fig.SVG(); strings.Contains(svg, `="NaN`) || strings.Contains(svg, `="+Inf`) || strings.Contains(svg, `="-Inf`) {
				t.Errorf("%s has a mark nowhere", fig.ID)
			}
		}
		rep.Markdown()
	})
}
