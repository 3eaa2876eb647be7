package table

import (
	"bytes"
	"io"
	"runtime"
	"slices"
	"sync"
	"unicode/utf8"
)

// grid is a table with every cell formatted once. A table may have a hundred
// thousand rows, so its cells lie one behind the other in a few byte slices,
// which the processors make and write out side by side.
type grid struct {
	table  Table
	parts  []part
	widths []int // of each column's widest cell
	shown  []int // columns, sentences too
}

// part is some rows of a grid.
type part struct {
	rows   [][]Value
	text   []byte
	ends   []int32 // in text, of each cell, row by row
	widths []int
}

// rowsPerPart is enough that starting a part costs nothing, and few enough that
// all processors have some.
const rowsPerPart = 512

// usual is the length of most cells.
const usual = 8

// newGrid formats a table without the columns that left says; nil leaves none.
func newGrid(t Table, left []bool) *grid {
	g := &grid{table: t, widths: make([]int, len(t.Columns))}
	for i := range t.Columns {
		if left == nil || !left[i] {
			g.shown = append(g.shown, i)
		}
	}
	for from := 0; from < len(t.Rows); from += rowsPerPart {
		g.parts = append(g.parts, part{rows: t.Rows[from:min(from+rowsPerPart, len(t.Rows))]})
	}
	each(len(g.parts), func(i int) { g.parts[i].format(t.Columns, left) })
	for _, p := range g.parts {
		for i, w := range p.widths {
			g.widths[i] = max(g.widths[i], w)
		}
	}
	return g
}

// format makes the text of every cell; sentences are broken into lines later.
func (p *part) format(columns []Column, left []bool) {
	p.widths = make([]int, len(columns))
	p.ends = make([]int32, 0, len(p.rows)*len(columns))
	p.text = make([]byte, 0, len(p.rows)*len(columns)*usual)
	for _, row := range p.rows {
		for i := range columns {
			from := len(p.text)
			if !columns[i].Prose && (left == nil || !left[i]) {
				p.text = appendCell(p.text, &columns[i], &row[i])
			}
			p.widths[i] = max(p.widths[i], runes(p.text[from:]))
			p.ends = append(p.ends, int32(len(p.text)))
		}
	}
}

// fit leaves out columns of the highest rank until the table is no wider than
// limit, and names them.
func (g *grid) fit(limit int) []string {
	var left []string
	for limit > 0 && g.total() > limit {
		highest := 0
		for _, i := range g.shown {
			highest = max(highest, g.table.Columns[i].Rank)
		}
		if highest == 0 {
			break
		}
		var kept []int
		for _, i := range g.shown {
			if c := g.table.Columns[i]; c.Rank == highest {
				left = append(left, Heading(c))
			} else {
				kept = append(kept, i)
			}
		}
		g.shown = kept
	}
	return left
}

// total is the width of the grid.
func (g *grid) total() int {
	s := g.shape()
	return span(s.widths, Group{From: 0, To: len(s.widths)})
}

// shape is the columns that stand side by side, and how wide each is.
type shape struct {
	at      []int // in the table
	columns []Column
	units   []string
	widths  []int
}

func (g *grid) shape() shape {
	var s shape
	for _, i := range g.shown {
		if c := g.table.Columns[i]; !c.Prose {
			s.at, s.columns = append(s.at, i), append(s.columns, c)
		}
	}
	s.units = subUnits(Table{Columns: s.columns})
	for k, c := range s.columns {
		s.widths = append(s.widths, max(runesIn(c.Name), runesIn(s.units[k]), g.widths[s.at[k]]))
	}
	for _, group := range Groups(s.columns) {
		if need := runesIn(group.heading()) - span(s.widths, group); need > 0 {
			s.widths[group.From] += need
		}
	}
	return s
}

func span(widths []int, g Group) int {
	n := (g.To - g.From - 1) * len(gap)
	for _, w := range widths[g.From:g.To] {
		n += w
	}
	return n
}

// write writes headings, with what stands above them, and rows; sentences stand
// below their row. Parts become text side by side and are written in order, a few
// at a time, so that a long table is never in memory as text twice.
func (g *grid) write(w io.Writer, above string) error {
	s := g.shape()
	if _, err := io.WriteString(w, above+s.headings()); err != nil {
		return err
	}
	wave := make([][]byte, 4*runtime.GOMAXPROCS(0))
	for parts := range slices.Chunk(g.parts, len(wave)) {
		each(len(parts), func(i int) { wave[i] = g.lines(wave[i][:0], &parts[i], &s) })
		for _, text := range wave[:len(parts)] {
			if _, err := w.Write(text); err != nil {
				return err
			}
		}
	}
	return nil
}

// each calls do for 0 … n−1 on every processor.
func each(n int, do func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	wg.Wait()
}

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
