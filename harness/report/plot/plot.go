// Package plot draws strips: rows of dots on one shared axis, each with its
// median, its 95 % interval, and lines that say what a good value would be.
// Every figure of duet's report is a strip, because every run is worth a dot.
//
// # Shape
//
// A figure is inline SVG without scripts. Horizontal positions are percentages
// and vertical ones pixels, so a figure fills whatever width it gets while its
// letters keep their size, on a phone as in print. Colours are CSS classes of
// the page (see Style), which follow the reader's light or dark mode.
//
// Series differ in shape as well as in colour: hollow and filled survive a
// grey printer. Each figure has a title and a description for those who do not
// see it, and a loud label when its numbers are not of real models on a real
// machine.
package plot

import (
	_ "embed"
	"fmt"
	"html"
	"strings"

	"github.com/chimeraforge/duet/harness/analysis"
)

// Style is the CSS that figures need, light and dark.
//
//go:embed style.css
var Style string

// Figure is a strip plot as data.
type Figure struct {
	ID      string // unique on the page
	Title   string
	Desc    string // text alternative: what one would see
	Caption string // how to read it
	Label   string // loud label; "" for real measurements
	Axis    string // what the axis shows, with its unit
	Unit    string // behind values
	Digits  int    // decimals of values
	Zero    bool   // the axis starts at 0
	Log     bool   // allow a logarithmic axis when the data span decades
	Box     bool   // quartile boxes instead of intervals, for single calls
	Lines   []Line
	Rows    []Row
}

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
	Hollow bool
	Sample analysis.Sample
}

// Vertical measures in pixels.
const (
	labelHeight   = 26
	legendHeight  = 26
	linesHeight   = 22
	headingHeight = 32
	textHeight    = 22
	laneHeight    = 24
	rowGap        = 10
	axisHeight    = 46
)

// Margins of a figure that is a file of its own, in pixels.
const marginX, marginY, titleHeight = 16, 10, 28

// Standalone draws the figure as a file of its own, width pixels wide, with its
// title, on a background: whoever embeds it (a README on a site whose theme is
// not the reader's system theme) can give it neither. It scales as a whole.
func (f Figure) Standalone(width int) string {
	body, height := f.marks()
	inner := fmt.Sprintf("<text x=\"%d\" y=\"%d\" class=\"title\">%s</text>\n<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" overflow=\"visible\">\n%s</svg>\n",
		marginX, marginY+18, html.EscapeString(f.Title), marginX, marginY+titleHeight, width, height, body)
	w, h := width+2*marginX, height+titleHeight+2*marginY
	size := fmt.Sprintf(`width="%d" height="%d" viewBox="0 0 %d %d" class="duet-figure"`, w, h, w, h)
	return f.element(size, "<style>"+Style+"</style>\n<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n"+inner)
}

// SVG draws the figure at the full width of its container.
func (f Figure) SVG() string {
	body, height := f.marks()
	return f.element(fmt.Sprintf(`width="100%%" height="%d" overflow="visible"`, height), body)
}

// marks draws everything and says how high it is.
func (f Figure) marks() (string, int) {
	c := &canvas{axis: f.axis()}
	f.head(c)
	top := c.y
	for _, r := range f.Rows {
		f.row(c, r)
	}
	f.bottom(c, top)
	return c.under.String() + c.b.String(), c.y
}

func (f Figure) element(size, body string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" %s role="img" aria-labelledby="%s-t %s-d">`, size, f.ID, f.ID) + "\n" +
		fmt.Sprintf("<title id=\"%s-t\">%s</title>\n<desc id=\"%s-d\">%s</desc>\n", f.ID, html.EscapeString(f.loud(f.Title)), f.ID, html.EscapeString(f.Desc)) +
		body + "</svg>\n"
}

// loud puts the label before a text.
func (f Figure) loud(s string) string {
	if f.Label == "" {
		return s
	}
	return f.Label + ": " + s
}

// head writes the loud label, the legend, and leaves room for the lines' texts.
func (f Figure) head(c *canvas) {
	if f.Label != "" {
		c.y += labelHeight
		c.text("0", c.y-8, "loud", "start", f.Label)
	}
	if names := f.legend(); len(names) > 0 {
		c.y += legendHeight
		x := 6
		for _, s := range names {
			c.mark(fmt.Sprint(x), c.y-12, s.Hollow)
			c.text(fmt.Sprint(x+10), c.y-8, "legend", "start", s.Name)
			x += 34 + 8*len(s.Name)
		}
	}
	if len(f.Lines) > 0 {
		c.y += linesHeight
	}
}

// legend is the named series, as the first row that has any shows them.
func (f Figure) legend() []Series {
	for _, r := range f.Rows {
		if len(r.Series) > 0 && r.Series[0].Name != "" {
			return r.Series
		}
	}
	return nil
}

// canvas collects marks from the top down; under lies behind everything.
type canvas struct {
	axis  axis
	y     int
	b     strings.Builder
	under strings.Builder
}

func (c *canvas) text(x string, y int, class, anchor, s string) {
	fmt.Fprintf(&c.b, "<text x=\"%s\" y=\"%d\" class=\"%s\" text-anchor=\"%s\">%s</text>\n", x, y, class, anchor, html.EscapeString(s))
}

func (c *canvas) mark(x string, y int, hollow bool) {
	class := "dot"
	if hollow {
		class = "ring"
	}
	fmt.Fprintf(&c.b, "<circle cx=\"%s\" cy=\"%d\" r=\"4\" class=\"%s\"/>\n", x, y, class)
}
