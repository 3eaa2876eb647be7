package plot

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/stats"
)

// Strip is rows of marks on one shared axis, each with its median and its 95 %
// interval.
type Strip struct {
	Axis   string // what the axis shows, with its unit
	Unit   string // behind values
	Digits int    // decimals of values
	Zero   bool   // the axis starts at 0
	Log    bool   // allow a logarithmic axis when the data span decades
	Box    bool   // quartile boxes instead of intervals, for single calls
	Beside string // between a row's medians; "" is an arrow from the first to the last
	Lines  []Line
	Rows   []Row
}

var _ Body = Strip{}

// Line is a reference value.
type Line struct {
	At   float64
	Text string
}

// Row is one line of the plot; a row without series is a heading.
type Row struct {
	Text   string
	Series []Series
}

// Series is the values of one lane.
type Series struct {
	Name   string // "" when there is only one
	Shape  Shape
	Sample stats.Sample
}

// Vertical measures in pixels.
const (
	linesHeight = 22
	laneHeight  = 24
	rowGap      = 10
)

// maxRows bounds the rows of a strip that are drawn, headings left aside.
const maxRows = 60

// maxMarks bounds the marks of a figure, maxDots those of one lane.
const maxMarks, maxDots = 4000, 400

func (s Strip) draw(c *canvas) {
	rows, left := s.drawn()
	p := strip{s, across{s.axis(rows), margin, 100 - margin}, perLane(rows)}
	var entries []entry
	for _, r := range rows {
		for _, x := range r.Series {
			entries = append(entries, entry{x.Name, x.Shape})
		}
	}
	c.legend(entries)
	if len(s.Lines) > 0 {
		c.y += linesHeight
		p.lineTexts(c)
	}
	for _, r := range rows {
		p.row(c, r)
	}
	p.foot(c, s.Axis)
	if left > 0 {
		c.note(fmt.Sprintf("Not drawn: %d more rows. The tables have them.", left))
	}
}

// drawn is the rows that are drawn, and how many more there are.
func (s Strip) drawn() ([]Row, int) {
	n := 0
	for i, r := range s.Rows {
		if len(r.Series) == 0 {
			continue
		}
		if n++; n > maxRows {
			return trimmed(s.Rows[:i]), countRows(s.Rows[i:])
		}
	}
	return s.Rows, 0
}

// trimmed is rows without headings at their end.
func trimmed(rows []Row) []Row {
	for len(rows) > 0 && len(rows[len(rows)-1].Series) == 0 {
		rows = rows[:len(rows)-1]
	}
	return rows
}

func countRows(rows []Row) (n int) {
	for _, r := range rows {
		if len(r.Series) > 0 {
			n++
		}
	}
	return n
}

// perLane shares a figure's marks among its lanes.
func perLane(rows []Row) int {
	lanes := 1
	for _, r := range rows {
		lanes += len(r.Series)
	}
	return max(20, min(maxDots, maxMarks/lanes))
}

// axis chooses a range that holds every value and line, and its ticks: few
// enough for their texts to stand side by side on a phone.
func (s Strip) axis(rows []Row) axis {
	b := nothing()
	for _, r := range rows {
		for _, x := range r.Series {
			lo, hi := ends(x.Sample)
			b.hold(lo)
			b.hold(hi)
		}
	}
	if s.Log && b.spread() {
		return decades(b)
	}
	for _, l := range s.Lines {
		b.hold(l.At)
	}
	if s.Zero {
		b.hold(0)
	}
	return linear(b, 5)
}

// words says each row's medians and ranges.
func (s Strip) words() string {
	var b strings.Builder
	b.WriteString(s.Axis + ".")
	heading := ""
	rows, left := s.drawn()
	for _, r := range rows {
		if len(r.Series) == 0 {
			heading = r.Text + ", "
			continue
		}
		fmt.Fprintf(&b, " %s%s:", heading, r.Text)
		for _, x := range r.Series {
			b.WriteString(s.say(x))
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, " %d more rows are left out here.", left)
	}
	return b.String()
}

func (s Strip) say(x Series) string {
	if x.Sample.N() == 0 {
		return ""
	}
	name := ""
	if x.Name != "" {
		name = x.Name + " "
	}
	return " " + name + said(x.Sample, x.Sample.Center().Median, s.Digits, s.Unit) + ";"
}

// strip is a Strip being drawn.
type strip struct {
	Strip
	across
	dots int // at most, on a lane
}

// lineTexts says what the reference lines mean, above the rows.
func (p strip) lineTexts(c *canvas) {
	for _, l := range p.Lines {
		if p.log && l.At <= 0 {
			continue
		}
		c.vertical(p.percent(l.At), c.y-2, c.y+8, "ref")
		c.text(p.percent(l.At)+"%", c.y-6, "reftext", anchor(p.at(l.At), 14), l.Text)
	}
}

// grid draws the ticks and the reference lines behind the lanes from top to
// bottom, and not behind the texts between them.
func (p strip) grid(c *canvas, top, bottom int) {
	for _, t := range p.ticks {
		c.vertical(p.percent(t), top, bottom, "grid")
	}
	for _, l := range p.Lines {
		c.vertical(p.percent(l.At), top, bottom, "ref")
	}
}

// row draws a heading, or a row's text, its medians as numbers, and its lanes.
func (p strip) row(c *canvas, r Row) {
	if len(r.Series) == 0 {
		c.heading(r.Text)
		return
	}
	c.label(r.Text, len(r.Series))
	below := c.y
	p.grid(c, c.y, c.y+len(r.Series)*laneHeight)
	values := make([]string, len(r.Series))
	for i, s := range r.Series {
		values[i] = p.lane(c, s)
		c.y += laneHeight
	}
	c.text("100%", below-6, "value", "end", p.medians(values))
	c.y += rowGap
}

// medians is a row's medians as text. The axis names the unit of several; a
// phone has no room for it there.
func (p strip) medians(values []string) string {
	if len(values) > 1 {
		return strings.Join(values, cmp.Or(p.Beside, " → "))
	}
	return strings.TrimSpace(strings.Join(values, "") + " " + p.Unit)
}

// lane draws one series at the canvas's height: interval or box, dots, median.
// It returns the median as text.
func (p strip) lane(c *canvas, s Series) string {
	mid := c.y + laneHeight/2
	if s.Sample.N() == 0 {
		c.text("0", mid+4, "legend", "start", "no values")
		return "n/a"
	}
	center := s.Sample.Center()
	fmt.Fprintf(&c.b, "<line x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\" class=\"lane\"/>\n", mid, mid)
	p.interval(c, s, center, mid)
	p.marks(c, s, mid)
	if center.Median != nil {
		m := p.percent(*center.Median)
		fmt.Fprintf(&c.b, "<line x1=\"%s%%\" x2=\"%s%%\" y1=\"%d\" y2=\"%d\" class=\"median\"/>\n", m, m, mid-9, mid+9)
	}
	return optional(center.Median, p.Digits)
}

func (p strip) interval(c *canvas, s Series, center stats.Center, mid int) {
	lo, hi, half := center.Lo, center.Hi, 4
	if p.Box {
		lo, hi, half = s.Sample.Percentile(25), s.Sample.Percentile(75), 8
	}
	if lo != nil && hi != nil {
		fmt.Fprintf(&c.b, "<rect x=\"%s%%\" width=\"%s%%\" y=\"%d\" height=\"%d\" rx=\"2\" class=\"interval k%d\"/>\n",
			p.percent(*lo), p.between(*lo, *hi), mid-half, 2*half, s.Shape.valid())
	}
}

// jitter is where the marks of a lane lie in turn, in pixels off its middle.
var jitter = []int{0, -4, 4, -7, 7}

// marks draws every value, shifted up and down in turn so that equal ones show.
// Of a large sample every k-th in order of size is drawn, which keeps its shape.
func (p strip) marks(c *canvas, s Series, mid int) {
	step := 1 + (s.Sample.N()-1)/p.dots
	for i := 0; i < s.Sample.N(); i += step {
		c.mark(p.percent(s.Sample.Values[i])+"%", mid+jitter[i/step%len(jitter)], s.Shape)
	}
}
