package plot

import (
	"fmt"
	"math"
	"strings"
)

// Timeline is rows of calls on one time axis, with the arrival of every chunk.
type Timeline struct {
	Axis   string // with its unit
	Digits int    // decimals of times in words
	Lines  []Line
	Rows   []Track
}

var _ Body = Timeline{}

// Track is one agent in one pass.
type Track struct {
	Text  string
	Value string // beside the text
	Name  string // for the legend
	Shape Shape
	Calls []Span
}

// Span is one call. Times are in the axis's unit.
type Span struct {
	From, To float64
	First    *float64  // first text; absent when there was none
	Chunks   []float64 // arrivals, ascending
}

// maxTracks bounds the rows of a timeline, maxChunks the ticks of a row.
const maxTracks, maxChunks = 32, 400

// trackHeight is a row's height without its text, in pixels.
const trackHeight = 26

func (t Timeline) draw(c *canvas) {
	rows := t.Rows[:min(len(t.Rows), maxTracks)]
	a := across{t.axis(rows), margin, 100 - margin}
	p := strip{Strip{Lines: t.Lines}, a, 0}
	var entries []entry
	for _, r := range rows {
		entries = append(entries, entry{r.Name, r.Shape})
	}
	c.legend(entries)
	if len(t.Lines) > 0 {
		c.y += linesHeight
		p.lineTexts(c)
	}
	thinned := 1
	for _, r := range rows {
		thinned = max(thinned, t.track(c, p, r))
	}
	p.foot(c, t.Axis)
	if thinned > 1 {
		c.note(fmt.Sprintf("Drawn: at least one in %d chunks.", thinned))
	}
	if n := len(t.Rows) - len(rows); n > 0 {
		c.note(fmt.Sprintf("Not drawn: %d more rows.", n))
	}
}

func (t Timeline) axis(rows []Track) axis {
	b := nothing()
	b.hold(0)
	for _, r := range rows {
		for _, s := range r.Calls {
			b.hold(s.From)
			b.hold(s.To)
		}
	}
	for _, l := range t.Lines {
		b.hold(l.At)
	}
	return linear(b, 5)
}

// track draws a row and returns one in how many of its chunks it drew.
func (t Timeline) track(c *canvas, p strip, r Track) int {
	c.label(r.Text, 1)
	c.text("100%", c.y-6, "value", "end", r.Value)
	p.grid(c, c.y, c.y+trackHeight)
	chunks := 0
	for _, s := range r.Calls {
		chunks += len(s.Chunks)
	}
	step := 1 + max(0, chunks-1)/maxChunks
	for _, s := range r.Calls {
		call(c, p.across, r.Shape, s)
	}
	ticks(c, p.across, r, step)
	for _, s := range r.Calls {
		if s.First != nil && finite(*s.First) {
			c.mark(p.percent(*s.First)+"%", c.y+trackHeight/2, r.Shape)
		}
	}
	c.y += trackHeight + rowGap
	return step
}

// call draws how long a call took.
func call(c *canvas, a across, shape Shape, s Span) {
	if finite(s.From) && finite(s.To) && s.To >= s.From {
		fmt.Fprintf(&c.b, "<rect x=\"%s%%\" width=\"%s%%\" y=\"%d\" height=\"%d\" class=\"call k%d\"/>\n",
			a.percent(s.From), a.between(s.From, s.To), c.y+2, trackHeight-4, shape.valid())
	}
}

// tickWidth is the width of the axis in the ticks' own coordinates, see lineWidth.
const tickWidth = 10000

// ticks draws the chunks of a row, one in step of them.
func ticks(c *canvas, a across, r Track, step int) {
	var path strings.Builder
	n := 0
	for _, s := range r.Calls {
		for _, at := range s.Chunks {
			if n++; (n-1)%step == 0 && finite(at) {
				fmt.Fprintf(&path, "M%d 0V%d", int(math.Round(a.share(at)*tickWidth)), trackHeight-12)
			}
		}
	}
	fmt.Fprintf(&c.b, "<svg x=\"%s%%\" width=\"%s%%\" y=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\"><path d=\"%s\" class=\"chunk k%d\" vector-effect=\"non-scaling-stroke\"/></svg>\n",
		places(a.left), places(a.right-a.left), c.y+6, trackHeight-12, tickWidth, trackHeight-12, path.String(), r.Shape.valid())
}

// words says when each row's first texts came and when it ended.
func (t Timeline) words() string {
	var b strings.Builder
	b.WriteString(t.Axis + ".")
	for _, l := range t.Lines {
		fmt.Fprintf(&b, " %s: %s.", l.Text, number(l.At, t.Digits))
	}
	for _, r := range t.Rows[:min(len(t.Rows), maxTracks)] {
		b.WriteString(" " + r.Text + ":")
		for i, s := range r.Calls {
			fmt.Fprintf(&b, " call %d from %s to %s", i+1, number(s.From, t.Digits), number(s.To, t.Digits))
			if s.First != nil {
				fmt.Fprintf(&b, ", first text at %s", number(*s.First, t.Digits))
			}
			fmt.Fprintf(&b, ", %d chunks;", len(s.Chunks))
		}
	}
	return b.String()
}
