package table

import (
	"io"
	"runtime"
	"slices"
	"sync"
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
