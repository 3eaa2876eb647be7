package auditreport

import "github.com/chimeraforge/duet/harness/record"

// pivots splits figures into grids that share neither a row nor a column.
func pivots(figures []record.Figure) []pivot {
	var out []pivot
	for _, part := range related(figures) {
		out = append(out, newPivot(part))
	}
	return out
}

// related groups figures that are connected by a name or by whom they are of,
// in order.
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

func (j joiner) find(word string) string {
	for j[word] != "" && j[word] != word {
		word = j[word]
	}
	return word
}

func (j joiner) join(a, b string) {
	if x, y := j.find(a), j.find(b); x != y {
		j[y] = x
	}
}
