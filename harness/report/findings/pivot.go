package findings

import (
	"strings"
	"unicode/utf8"

	"github.com/chimeraforge/duet/harness/record"
)

// pivot is figures in a grid: a row for each of whom, a column for each name,
// both in the order in which they come first.
type pivot struct {
	head []string
	rows [][]string
}

// newPivot makes the grid. A figure that nobody stated is an empty place, not a
// zero.
func newPivot(figures []record.Figure) pivot {
	units := unitsOf(figures)
	p := pivot{head: []string{""}}
	columns, rows := map[string]int{}, map[string]int{}
	for _, f := range figures {
		if _, ok := columns[f.Name]; !ok {
			columns[f.Name] = len(p.head)
			p.head = append(p.head, heading(f, units))
		}
	}
	for _, f := range figures {
		if _, ok := rows[f.Of]; !ok {
			rows[f.Of] = len(p.rows)
			p.rows = append(p.rows, append([]string{f.Of}, make([]string, len(p.head)-1)...))
		}
		p.rows[rows[f.Of]][columns[f.Name]] = cell(f, units)
	}
	return p
}

// unitsOf are the units of each name.
func unitsOf(figures []record.Figure) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, f := range figures {
		if out[f.Name] == nil {
			out[f.Name] = map[string]bool{}
		}
		out[f.Name][f.Unit] = true
	}
	return out
}

// heading has the unit where all figures of the name share it and the name does
// not end in it.
func heading(f record.Figure, units map[string]map[string]bool) string {
	if f.Unit == "" || len(units[f.Name]) > 1 || strings.HasSuffix(f.Name, " "+f.Unit) {
		return f.Name
	}
	return f.Name + ", " + f.Unit
}

// cell says the unit itself where the heading cannot.
func cell(f record.Figure, units map[string]map[string]bool) string {
	if f.Unit == "" || len(units[f.Name]) == 1 {
		return f.Cell()
	}
	return f.Cell() + " " + f.Unit
}

// escaped is the grid with every word made safe for a format, before widths are
// taken: an escaped word is longer.
func (p pivot) escaped(of func(string) string) pivot {
	out := pivot{head: each(p.head, of)}
	for _, r := range p.rows {
		out.rows = append(out.rows, each(r, of))
	}
	return out
}

// each applies a function to words.
func each(words []string, of func(string) string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = of(w)
	}
	return out
}

// widths are the columns' in characters, not bytes: names have accents and signs.
func (p pivot) widths() []int {
	out := make([]int, len(p.head))
	for _, r := range append([][]string{p.head}, p.rows...) {
		for i, c := range r {
			out[i] = max(out[i], utf8.RuneCountInString(c))
		}
	}
	return out
}

// pivots splits figures into grids that share neither a row nor a column.
func pivots(figures []record.Figure) []pivot {
	var out []pivot
	for _, part := range related(figures) {
		out = append(out, newPivot(part))
	}
	return out
}

// related groups figures that are connected by a name or by whom they are of, in
// order. In one grid, figures that share neither would be two blocks with empty
// corners.
func related(figures []record.Figure) [][]record.Figure {
	j := joiner{}
	for _, f := range figures {
		j.join("name "+f.Name, "of "+f.Of)
	}
	at := map[string]int{}
	var out [][]record.Figure
	for _, f := range figures {
		root := j.find("of " + f.Of)
		i, ok := at[root]
		if !ok {
			i, out = len(out), append(out, nil)
			at[root] = i
		}
		out[i] = append(out[i], f)
	}
	return out
}

// joiner is a union-find of words: each leads to another of its group, the last
// to itself or to nothing.
type joiner map[string]string

// find is the word that stands for a group.
func (j joiner) find(word string) string {
	for j[word] != "" && j[word] != word {
		word = j[word]
	}
	return word
}

// join makes one group of two.
func (j joiner) join(a, b string) {
	if x, y := j.find(a), j.find(b); x != y {
		j[y] = x
	}
}
