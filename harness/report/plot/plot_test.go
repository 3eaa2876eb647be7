package plot_test

import (
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/report/plot"
)

func sample(values ...float64) analysis.Sample {
	var ps []*float64
	for _, v := range values {
		ps = append(ps, &v)
	}
	return analysis.NewSample(ps)
}

func figure(rows ...plot.Row) plot.Figure {
	return of(plot.Strip{Axis: "x, ms", Unit: "ms", Digits: 1, Rows: rows})
}

func of(body plot.Body) plot.Figure {
	f := plot.Figure{ID: "f", Title: "a < b", Caption: "c & d.", Body: body}
	f.Desc = f.Words()
	return f
}

func TestAFigureWithEverything(t *testing.T) {
	s := plot.Strip{Axis: "x, ms", Unit: "ms", Digits: 1, Lines: []plot.Line{{At: 5, Text: "five"}}}
	s.Rows = []plot.Row{{Text: "model"}, {Text: "cell & co", Series: []plot.Series{
		{Name: "solo", Shape: plot.Ring, Sample: sample(1, 2, 3, 4, 5, 6)}, {Name: "pair", Sample: sample(7)},
	}}, {Text: "empty", Series: []plot.Series{{Sample: sample()}, {Sample: sample()}}}}
	f := of(s)
	f.Label = "SIMULATED"
	golden.Assert(t, "everything.svg", f.SVG())
}

var positions = regexp.MustCompile(`(?:cx|x|x1|x2)="([^"]+)%"`)

func TestEveryMarkLiesInsideTheFigure(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var values []float64
		scale := []float64{1e-6, 1, 1e6}[rng.IntN(3)]
		for range 1 + rng.IntN(9) {
			values = append(values, scale*rng.NormFloat64())
		}
		s := plot.Strip{Rows: []plot.Row{{Series: []plot.Series{{Sample: sample(values...)}}}}}
		s.Zero, s.Log, s.Box = rng.IntN(2) == 0, rng.IntN(2) == 0, rng.IntN(2) == 0
		svg := of(s).SVG()
		assert.NotContains(t, svg, "NaN")
		for _, m := range positions.FindAllStringSubmatch(svg, -1) {
			p, err := strconv.ParseFloat(m[1], 64)
			if err != nil || p < 0 || p > 100 {
				t.Fatalf("%s%% for %v", m[1], values)
			}
		}
	}
}

func TestALargeSampleIsThinned(t *testing.T) {
	values := make([]float64, 10_000)
	for i := range values {
		values[i] = float64(i)
	}
	svg := figure(plot.Row{Series: []plot.Series{{Sample: sample(values...)}}}).SVG()
	assert.LessOrEqual(t, strings.Count(svg, "<circle"), 400)
}
