package session

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/tr116"
)

// The study's gap between Python and Rust is there when the very same runs, of
// one runtime, are evaluated with its per-runtime formulas, and is exactly zero
// under any formula that is one for all. A real pass has an overhead outside the
// server's own durations; 150 ms a call stand for it here.
func TestTheStudysGapIsOneOfFormulas(t *testing.T) {
	s := small(t)
	s.Models, s.Rounds, s.Scenarios = plan.Study, 5, []string{plan.ChimeraHomo}
	x := openMulti(t, s, nil)
	var runs []*record.Run
	for _, cell := range x.Cells() {
		for round := range s.Rounds {
			r, err := x.Run(t.Context(), cell, round+1)
			require.NoError(t, err)
			require.True(t, r.OK(), r.Error)
			runs = append(runs, as("python", r), as("rust", r))
		}
	}
	var text strings.Builder
	for _, tab := range metric.MatrixTables(metric.NewSet(runs)) {
		switch tab.ID {
		case "efficiency_gaps":
			for _, row := range tab.Rows {
				assert.Zero(t, row[len(row)-1].Num, row[0].Text)
			}
			text.WriteString(table.Markdown(tab) + "\n")
		case "tests_runtime":
			text.WriteString(table.Markdown(tab))
		}
	}
	golden.AssertTables(t, "artefact.md", text.String())
	assert.Greater(t, *published(runs, "rust")-*published(runs, "python"), 1.0, "percentage points for nothing")
}

// published is the mean efficiency of a runtime's runs as the study computes it.
func published(runs []*record.Run, runtime string) *float64 {
	var values []*float64
	for _, r := range runs {
		if r.Cell.Runtime() == runtime {
			row := metric.NewRow(r)
			values = append(values, tr116.AsStudied(r, &row.D).Efficiency)
		}
	}
	return stats.NewSample(values).Mean()
}

// overhead is time that the client sees and the server does not count.
const overhead = int64(150e6)

// as is a run under another runtime's name, with an overhead in every call.
func as(runtime string, r *record.Run) *record.Run {
	out := *r
	out.Cell = out.Cell.With(record.CoordRuntime, runtime)
	out.Cell.ID = strings.Replace(out.Cell.ID, "/go/", "/"+runtime+"/", 1)
	out.Session, out.Environment = "artefact", record.Environment{}
	out.Passes = nil
	for _, p := range r.Passes {
		p.Calls = append([]record.Call{}, p.Calls...)
		for i := range p.Calls {
			p.Calls[i].EndNS += overhead * int64(p.Calls[i].Index+1)
		}
		p.EndNS += 2 * overhead
		out.Passes = append(out.Passes, p)
	}
	return &out
}
