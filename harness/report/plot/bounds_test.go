package plot_test

import (
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/chimeraforge/duet/harness/report/plot"
)

var (
	positions = regexp.MustCompile(`\b(?:cx|x|x1|x2|width)="([^"]+)%"`)
	numbers   = regexp.MustCompile(`="[^"]*(NaN|Inf)|>[^<]*(NaN|[+-]Inf)`)
)

// check holds what is true of every figure: it is XML, no mark lies outside, and
// no number is none.
func check(t interface{ Fatalf(string, ...any) }, svg string) {
	if m := numbers.FindString(svg); m != "" {
		t.Fatalf("%s in %s", m, svg)
	}
	for _, m := range positions.FindAllStringSubmatch(svg, -1) {
		if p, err := strconv.ParseFloat(m[1], 64); err != nil || p < 0 || p > 100 {
			t.Fatalf("a mark at %s%% in %s", m[1], svg)
		}
	}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
	}
}

// value draws numbers of every size, whole neighbourhoods of equal ones, and
// what is no number.
func value() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.Float64(), rapid.Float64Range(-10, 10), rapid.Float64Range(0, 1e-6),
		rapid.SampledFrom([]float64{0, 1, 1 + 1e-15, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 1e20, 1e20 + 1e5}),
	)
}

func lines(t *rapid.T) []plot.Line {
	var out []plot.Line
	for range rapid.IntRange(0, 2).Draw(t, "lines") {
		out = append(out, plot.Line{At: rapid.Float64Range(-1e3, 1e3).Draw(t, "at"), Text: rapid.String().Draw(t, "text")})
	}
	return out
}

func shape(t *rapid.T) plot.Shape { return plot.Shape(rapid.IntRange(-2, 9).Draw(t, "shape")) }

func TestWhateverAStripIsGivenItsMarksHaveAPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := plot.Strip{Digits: rapid.IntRange(0, 3).Draw(t, "digits"), Lines: lines(t)}
		s.Zero, s.Log, s.Box = rapid.Bool().Draw(t, "zero"), rapid.Bool().Draw(t, "log"), rapid.Bool().Draw(t, "box")
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			r := plot.Row{Text: rapid.String().Draw(t, "row")}
			for range rapid.IntRange(0, 3).Draw(t, "lanes") {
				values := rapid.SliceOfN(value(), 0, 9).Draw(t, "values")
				r.Series = append(r.Series, plot.Series{Name: rapid.String().Draw(t, "name"), Shape: shape(t), Sample: sample(values...)})
			}
			s.Rows = append(s.Rows, r)
		}
		check(t, of(s).SVG())
	})
}

func quantity(t *rapid.T) plot.Quantity {
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	return plot.Quantity{Zero: flag("zero"), Signed: flag("signed"), Own: flag("own"), Whole: flag("whole")}
}

func TestWhateverAChartIsGivenItsMarksHaveAPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := plot.Chart{X: quantity(t), Y: quantity(t), Equal: rapid.Bool().Draw(t, "equal"), Height: rapid.IntRange(-1, 300).Draw(t, "height")}
		f.Levels, f.Upright = lines(t), lines(t)
		if rapid.Bool().Draw(t, "slopes") {
			f.Slopes = []plot.Line{{At: 1, Text: "1x"}, {At: 2, Text: "2x"}}
		}
		for range rapid.IntRange(0, 3).Draw(t, "panels") {
			var p plot.Panel
			for range rapid.IntRange(0, 8).Draw(t, "series") {
				s := plot.Points{Name: rapid.String().Draw(t, "name"), Shape: shape(t), Joined: rapid.Bool().Draw(t, "joined")}
				for range rapid.IntRange(0, 5).Draw(t, "points") {
					s.At = append(s.At, plot.Point{X: value().Draw(t, "x"), Y: value().Draw(t, "y")})
				}
				p.Series = append(p.Series, s)
			}
			f.Panels = append(f.Panels, p)
		}
		check(t, of(f).Standalone(400))
	})
}

func TestWhateverATimelineIsGivenItsMarksHaveAPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := plot.Timeline{Lines: lines(t)}
		for range rapid.IntRange(0, 3).Draw(t, "rows") {
			r := plot.Track{Text: rapid.String().Draw(t, "row"), Shape: shape(t)}
			for range rapid.IntRange(0, 3).Draw(t, "calls") {
				s := plot.Span{From: value().Draw(t, "from"), To: value().Draw(t, "to"), Chunks: rapid.SliceOfN(value(), 0, 5).Draw(t, "chunks")}
				if v := value().Draw(t, "first"); v < 0.5 {
					s.First = &v
				}
				r.Calls = append(r.Calls, s)
			}
			f.Rows = append(f.Rows, r)
		}
		check(t, of(f).SVG())
	})
}

func TestALargeSampleIsThinned(t *testing.T) {
	svg := strip(plot.Row{Series: []plot.Series{{Sample: sample(many(10_000)...)}}}).SVG()
	assert.LessOrEqual(t, strings.Count(svg, "<circle"), 400)
}

func many(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(i)
	}
	return values
}

// However much a figure is given, it stays small, and says what it leaves out.
func TestAHugeFigureIsBoundedAndSaysSo(t *testing.T) {
	var rows []plot.Row
	var panels []plot.Panel
	var tracks []plot.Track
	for range 500 {
		s := plot.Points{Joined: true}
		for i := range 200 {
			s.At = append(s.At, plot.Point{X: float64(i), Y: float64(i % 7)})
		}
		rows = append(rows, plot.Row{Text: "a heading"}, plot.Row{Series: []plot.Series{{Sample: sample(many(1000)...)}, {Sample: sample(many(1000)...)}}})
		panels = append(panels, plot.Panel{Series: []plot.Points{s, s, s, s, s, s, s}})
		tracks = append(tracks, plot.Track{Calls: []plot.Span{{To: 1000, Chunks: many(1000)}}})
	}
	for want, body := range map[string]plot.Body{
		"440 more rows": plot.Strip{Rows: rows}, "476 more panels": plot.Chart{Panels: panels}, "468 more rows": plot.Timeline{Rows: tracks},
		"24 more series": plot.Chart{Panels: panels},
		"one in 8 of":    plot.Chart{Panels: panels},
		"one in 3":       plot.Timeline{Rows: tracks},
	} {
		svg := of(body).SVG()
		assert.Contains(t, svg, want)
		assert.Less(t, len(svg), 600_000)
		assert.Less(t, len(of(body).Desc), 40_000)
		check(t, svg)
	}
}

func TestAHeadingWhoseRowsAreLeftOutIsLeftOutToo(t *testing.T) {
	var rows []plot.Row
	for range 60 {
		rows = append(rows, plot.Row{Series: []plot.Series{{Sample: sample(1)}}})
	}
	rows = append(rows, plot.Row{Text: "without rows"}, plot.Row{Series: []plot.Series{{Sample: sample(1)}}})
	svg := strip(rows...).SVG()
	assert.NotContains(t, svg, "without rows")
	assert.Contains(t, svg, "1 more rows")
}
