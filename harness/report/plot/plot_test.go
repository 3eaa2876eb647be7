package plot_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/stats"
)

func sample(values ...float64) stats.Sample {
	var ps []*float64
	for _, v := range values {
		ps = append(ps, &v)
	}
	return stats.NewSample(ps)
}

func strip(rows ...plot.Row) plot.Figure {
	return of(plot.Strip{Axis: "x, ms", Unit: "ms", Digits: 1, Rows: rows})
}

func of(body plot.Body) plot.Figure {
	f := plot.Figure{ID: "f", Title: "a < b", Caption: "c & d.", Body: body}
	f.Desc = f.Words()
	return f
}

func TestAStripWithEverything(t *testing.T) {
	s := plot.Strip{Axis: "x, ms", Unit: "ms", Digits: 1, Lines: []plot.Line{{At: 5, Text: "five"}}}
	s.Rows = []plot.Row{{Text: "model"}, {Text: "cell & co", Series: []plot.Series{
		{Name: "solo", Shape: plot.Ring, Sample: sample(1, 2, 3, 4, 5, 6)}, {Name: "pair", Sample: sample(7)},
	}}, {Text: "empty", Series: []plot.Series{{Sample: sample()}, {Sample: sample()}}}}
	f := of(s)
	f.Label = "SIMULATED"
	golden.Assert(t, "everything.svg", f.SVG())
}

func TestAChartWithEverything(t *testing.T) {
	f := of(plot.Chart{
		X: plot.Quantity{Name: "throughput, tok/s", Digits: 1}, Y: plot.Quantity{Name: "TTFT, ms", Digits: 1, Signed: true, Own: true}, Height: 120,
		Levels: []plot.Line{{At: 0}}, Upright: []plot.Line{{At: 0, Text: "equal"}},
		Panels: []plot.Panel{
			{Text: "go <1>", Series: []plot.Points{
				{Name: "homo", At: []plot.Point{{-3, 5}, {2, -1}, {0, 0}}},
				{Name: "hetero", Shape: plot.Triangle, At: []plot.Point{{4, 1800}, {1, 2}}},
			}},
			{Text: "rust", Series: []plot.Points{{Name: "homo", At: []plot.Point{{1, 1}}}}},
		},
	})
	f.Label = "SIMULATED"
	golden.Assert(t, "chart.svg", f.Standalone(760))
}

func TestAChartOfRunsInTheirOrder(t *testing.T) {
	shapes := []plot.Points{}
	for i := range plot.Shapes {
		y := float64(50 + i)
		shapes = append(shapes, plot.Points{Name: strconv.Itoa(i), Shape: plot.Shape(i), Joined: true, At: []plot.Point{{1, y - 20}, {2, y}, {3, y + 1}}})
	}
	golden.Assert(t, "order.svg", of(plot.Chart{
		X: plot.Quantity{Name: "run", Whole: true}, Y: plot.Quantity{Name: "efficiency, %"}, Height: 110,
		Levels: []plot.Line{{At: 50, Text: "taking turns"}}, Panels: []plot.Panel{{Series: shapes}},
	}).SVG())
}

func TestAChartOfEqualAxesWithItsDiagonals(t *testing.T) {
	golden.Assert(t, "slopes.svg", of(plot.Chart{
		X: plot.Quantity{Name: "alone", Zero: true}, Y: plot.Quantity{Name: "together", Zero: true}, Equal: true, Height: 200,
		Slopes: []plot.Line{{At: 1, Text: "1x"}, {At: 2, Text: "2x"}},
		Panels: []plot.Panel{{Series: []plot.Points{{At: []plot.Point{{30, 42}, {60, 50}}}}}},
	}).SVG())
}

func TestATimelineWithEverything(t *testing.T) {
	first := 0.2
	f := of(plot.Timeline{
		Axis: "seconds", Digits: 2, Lines: []plot.Line{{At: 1.8, Text: "one after the other"}},
		Rows: []plot.Track{
			{Text: "collector alone", Value: "0.90 s", Name: "collector", Calls: []plot.Span{{From: 0, To: 0.9, First: &first, Chunks: []float64{0.2, 0.4, 0.8}}}},
			{Text: "insight together", Value: "1.60 s", Name: "insight", Shape: plot.Ring, Calls: []plot.Span{{From: 0, To: 0.7}, {From: 0.7, To: 1.6, Chunks: []float64{1, 1.1}}}},
		},
	})
	golden.Assert(t, "timeline.svg", f.SVG())
}

func TestALongHeadingIsBrokenForAPhone(t *testing.T) {
	svg := strip(plot.Row{Text: "20260101-000000-a-session (process) · llama3.1:8b-instruct-q4_0 · python"}, plot.Row{Series: []plot.Series{{Sample: sample(1)}}}).SVG()
	assert.Equal(t, 2, strings.Count(svg, `class="heading"`))
}

func TestALongRowNameLeavesTheNextLineToItsMedian(t *testing.T) {
	at := regexp.MustCompile(`y="(\d+)" class="(label|value)"`)
	lines := func(name string) bool {
		found := at.FindAllStringSubmatch(strip(plot.Row{Text: name, Series: []plot.Series{{Sample: sample(1)}}}).SVG(), -1)
		return found[0][1] == found[1][1]
	}
	assert.True(t, lines("chimera-homo"))
	assert.False(t, lines(strings.Repeat("chimera-homo · ", 4)))
}
