package auditreport

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/chimeraforge/duet/harness/analysis/audit"
)

// pivot is figures in a grid: a row for each of whom, a column for each name.
type pivot struct {
	head []string
	rows [][]string
}

// newPivot keeps both in the order in which they come first.
func newPivot(figures []audit.Figure) pivot {
	p := pivot{head: []string{""}}
	var names, whose []string
	for _, f := range figures {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
			p.head = append(p.head, heading(f, figures))
		}
		at := slices.Index(whose, f.Of)
		if at < 0 {
			at, whose = len(whose), append(whose, f.Of)
			p.rows = append(p.rows, []string{f.Of})
		}
		column := slices.Index(names, f.Name) + 1
		for len(p.rows[at]) <= column {
			p.rows[at] = append(p.rows[at], "")
		}
		p.rows[at][column] = cell(f, figures)
	}
	for i := range p.rows {
		for len(p.rows[i]) < len(p.head) {
			p.rows[i] = append(p.rows[i], "")
		}
	}
	return p
}

// heading has the unit where all figures of the name share it and the name does
// not end in it.
func heading(f audit.Figure, figures []audit.Figure) string {
	if f.Unit == "" || !shared(f, figures) || strings.HasSuffix(f.Name, " "+f.Unit) {
		return f.Name
	}
	return f.Name + ", " + f.Unit
}

func shared(f audit.Figure, figures []audit.Figure) bool {
	return !slices.ContainsFunc(figures, func(o audit.Figure) bool { return o.Name == f.Name && o.Unit != f.Unit })
}

// cell says the unit itself where the heading cannot.
func cell(f audit.Figure, figures []audit.Figure) string {
	if f.Unit == "" || shared(f, figures) {
		return f.Cell()
	}
	return f.Cell() + " " + f.Unit
}

func (p pivot) escaped(of func(string) string) pivot {
	out := pivot{head: each(p.head, of)}
	for _, r := range p.rows {
		out.rows = append(out.rows, each(r, of))
	}
	return out
}

func each(words []string, of func(string) string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = of(w)
	}
	return out
}

func (p pivot) widths() []int {
	out := make([]int, len(p.head))
	for _, r := range append([][]string{p.head}, p.rows...) {
		for i, c := range r {
			out[i] = max(out[i], utf8.RuneCountInString(c))
		}
	}
	return out
}
