// Package plot draws the figures of duet's report: every run a mark, and lines
// that say what a good value would be.
//
//	Strip     rows of marks on one axis, each with its median and interval
//	Chart     panels of points over x and y, joined to lines where order means something
//	Timeline  rows of calls on one time axis, with the arrival of every chunk
//
// # Shape
//
// A Figure is a heading, texts and one of these bodies. It becomes inline SVG
// without scripts. Horizontal positions are percentages and vertical ones
// pixels, so a figure fills whatever width it gets while its letters keep their
// size, on a phone as in print. Colours are CSS classes of the page (see Style),
// which follow the reader's light or dark mode.
//
// Series differ in shape as well as in colour: shapes survive a grey printer.
// Each figure has a title and a description for those who do not see it, and a
// loud label when its numbers are not of real models on a real machine.
//
// # Size
//
// A figure has at most some 4,000 marks, 60 rows and 24 panels, however much it
// is given. What it leaves out it says in itself. A value that is not finite has
// no place on an axis and is not drawn.
package plot

import (
	_ "embed"
	"fmt"
	"html"
	"strings"
)

// Style is the CSS that figures need, light and dark.
//
//go:embed style.css
var Style string

// Figure is a figure as data.
type Figure struct {
	ID      string // unique on the page, and its file name without extension
	Section string // where a report puts it: one of package table's Section constants
	Title   string
	Desc    string // text alternative: what one would see, with the numbers
	Caption string // how to read it
	Label   string // loud label; "" for real measurements
	Body    Body
}

// Body is what a figure shows: a Strip, a Chart or a Timeline.
type Body interface {
	// draw draws from the canvas's height down, and leaves the height below it.
	draw(c *canvas)
	// words are the numbers as a text.
	words() string
}

// Words is the figure in words, for Desc: how to read it, and its numbers.
func (f Figure) Words() string {
	return strings.TrimSpace(f.Caption + " " + f.Body.words())
}

// Margins of a figure that is a file of its own, in pixels.
const marginX, marginY, titleHeight = 16, 10, 28

// Standalone draws the figure as a file of its own, width pixels wide, with its
// title, on a background: whoever embeds it (a README on a site whose theme is
// not the reader's system theme) can give it neither. It scales as a whole.
func (f Figure) Standalone(width int) string {
	body, height := f.marks()
	inner := fmt.Sprintf("<text x=\"%d\" y=\"%d\" class=\"title\">%s</text>\n<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" overflow=\"visible\">\n%s</svg>\n",
		marginX, marginY+18, escape(f.Title), marginX, marginY+titleHeight, width, height, body)
	w, h := width+2*marginX, height+titleHeight+2*marginY
	size := fmt.Sprintf(`width="%d" height="%d" viewBox="0 0 %d %d" class="duet-figure"`, w, h, w, h)
	return f.element(size, "<style>"+Style+"</style>\n<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n"+inner)
}

// SVG draws the figure at the full width of its container.
func (f Figure) SVG() string {
	body, height := f.marks()
	return f.element(fmt.Sprintf(`width="100%%" height="%d" overflow="visible"`, height), body)
}

// labelHeight is the loud label's, in pixels.
const labelHeight = 26

// marks draws everything and says how high it is.
func (f Figure) marks() (string, int) {
	c := &canvas{id: f.ID}
	if f.Label != "" {
		c.y += labelHeight
		c.text("0", c.y-8, "loud", "start", f.Label)
	}
	f.Body.draw(c)
	return c.definitions() + c.under.String() + c.b.String(), c.y
}

func (f Figure) element(size, body string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" %s role="img" aria-labelledby="%s-t %s-d">`, size, f.ID, f.ID) + "\n" +
		fmt.Sprintf("<title id=\"%s-t\">%s</title>\n<desc id=\"%s-d\">%s</desc>\n", f.ID, escape(f.loud(f.Title)), f.ID, escape(f.Desc)) +
		body + "</svg>\n"
}

// loud puts the label before a text.
func (f Figure) loud(s string) string {
	if f.Label == "" {
		return s
	}
	return f.Label + ": " + s
}

// escape makes a text XML: markup is escaped, and characters that XML has not
// become the replacement character.
func escape(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}
