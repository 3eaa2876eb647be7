package table

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// headings are the lines above the rows.
func (s *shape) headings() string {
	var line []byte
	for i, g := range Groups(s.columns) {
		if i > 0 {
			line = append(line, gap...)
		}
		line = append(line, bracket(g, span(s.widths, g))...)
	}
	return string(ended(line, 0)) + s.line(func(i int) string { return s.columns[i].Name }) + s.line(func(i int) string { return s.units[i] })
}

func (s *shape) line(cell func(int) string) string {
	var line []byte
	for i := range s.columns {
		line = s.pad(line, i, []byte(cell(i)))
	}
	return string(ended(line, 0))
}

// lines appends the rows of a part.
func (g *grid) lines(out []byte, p *part, s *shape) []byte {
	out = slices.Grow(out, len(p.rows)*(span(s.widths, Group{To: len(s.widths)})+8))
	n := len(g.table.Columns)
	for r := range p.rows {
		start := len(out)
		for k, i := range s.at {
			from := int32(0)
			if at := r*n + i; at > 0 {
				from = p.ends[at-1]
			}
			out = s.pad(out, k, p.text[from:p.ends[r*n+i]])
		}
		out = ended(out, start)
		out = g.sentences(out, p, r)
	}
	return out
}

// sentences writes what stands below a row; where nothing is to be said, nothing.
func (g *grid) sentences(out []byte, p *part, r int) []byte {
	for _, i := range g.shown {
		if c := g.table.Columns[i]; c.Prose {
			if said := Cell(c, p.rows[r][i]); said != "" {
				out = append(out, Wrap(c.Name+": "+said, proseWidth, "    ")...)
			}
		}
	}
	return out
}

// pad appends the cell of column i: words to the left, numbers to the right.
func (s *shape) pad(line []byte, i int, cell []byte) []byte {
	if i > 0 {
		line = append(line, gap...)
	}
	blanks := s.widths[i] - runes(cell)
	if s.columns[i].Text {
		return blank(append(line, cell...), blanks)
	}
	return append(blank(line, blanks), cell...)
}

const someBlanks = "                                "

func blank(line []byte, n int) []byte {
	for ; n > len(someBlanks); n -= len(someBlanks) {
		line = append(line, someBlanks...)
	}
	return append(line, someBlanks[:max(0, n)]...)
}

// ended ends the line that begins at start, without blanks at its end; one that
// is blank goes.
func ended(out []byte, start int) []byte {
	line := bytes.TrimRight(out[start:], " ")
	out = out[:start+len(line)]
	if len(line) == 0 {
		return out
	}
	return append(out, '\n')
}

// runes is the number of characters of s.
func runes(s []byte) int { return utf8.RuneCount(s) }

func runesIn(s string) int { return utf8.RuneCountInString(s) }
