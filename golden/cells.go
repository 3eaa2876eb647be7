package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mostCells is how many cells that differ a failure names.
const mostCells = 10

// AssertTables is Assert for Markdown with pipe tables. When a figure moved its
// failure names the table, the row and the column instead of printing lines.
func AssertTables(t testing.TB, name, got string) {
	t.Helper()
	want, err := os.ReadFile(filepath.Join(filepath.FromSlash(Dir), filepath.FromSlash(name)))
	if *update || err != nil {
		Assert(t, name, got)
		return
	}
	if said := differ(string(want), got); said != "" {
		t.Errorf("golden %s differs:\n%s\nif the change is meant:\n\t%s", name, said, command(t))
	}
}

// differ says how two documents differ, by cell where they have the same tables.
func differ(want, got string) string {
	if want == got {
		return ""
	}
	a, b := ReadCells(want), ReadCells(got)
	if !slices.EqualFunc(a, b, Cell.same) {
		return cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n"))
	}
	var said []string
	for i := range a {
		if a[i].Text != b[i].Text {
			said = append(said, fmt.Sprintf("%s: want %s, got %s", a[i], a[i].Text, b[i].Text))
		}
	}
	switch n := len(said); {
	case n == 0:
		return cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n"))
	case n > mostCells:
		said = append(said[:mostCells], fmt.Sprintf("and %d cells more", n-mostCells))
	}
	return strings.Join(said, "\n")
}

// Cell is a cell of a pipe table with its place.
type Cell struct {
	Table  string // the heading above the table
	Row    int    // from 1
	Names  string // what the row's words say, to know it by
	Column string
	Text   string
	Word   bool // in a column of words
}

func (c Cell) String() string {
	return fmt.Sprintf("table %q, row %d (%s), column %q", c.Table, c.Row, c.Names, c.Column)
}

// same reports whether two cells have the same place.
func (c Cell) same(d Cell) bool { return c.Table == d.Table && c.Row == d.Row && c.Column == d.Column }

// ReadCells reads every cell of the pipe tables of a Markdown document.
func ReadCells(markdown string) []Cell {
	var out []Cell
	var title string
	var head, rule []string
	row := 0
	for line := range strings.Lines(markdown) {
		line = strings.TrimRight(line, "\r\n")
		fields := split(line)
		switch {
		case strings.HasPrefix(line, "#"):
			title = strings.TrimLeft(line, "# ")
			head, rule, row = nil, nil, 0
		case fields == nil:
			head, rule, row = nil, nil, 0
		case head == nil:
			head = fields
		case rule == nil:
			rule = fields
		default:
			row++
			out = append(out, cells(title, row, head, rule, fields)...)
		}
	}
	return out
}

func cells(title string, row int, head, rule, fields []string) []Cell {
	var names []string
	out := make([]Cell, 0, len(fields))
	for i, text := range fields[:min(len(fields), len(head), len(rule))] {
		word := !strings.HasSuffix(rule[i], ":")
		if word {
			names = append(names, text)
		}
		out = append(out, Cell{Table: title, Row: row, Column: head[i], Text: text, Word: word})
	}
	for i := range out {
		out[i].Names = strings.Join(names, ", ")
	}
	return out
}

// split is the fields of a line of a pipe table, nil for any other line. An
// escaped pipe is text.
func split(line string) []string {
	if !strings.HasPrefix(line, "|") || !strings.HasSuffix(line, "|") || len(line) < 2 {
		return nil
	}
	const pipe = "\x00"
	line = strings.ReplaceAll(line[1:len(line)-1], `\|`, pipe)
	fields := strings.Split(line, "|")
	for i := range fields {
		fields[i] = strings.ReplaceAll(strings.TrimSpace(fields[i]), pipe, `\|`)
	}
	return fields
}
