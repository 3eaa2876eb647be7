package analysis

import "slices"

// measuredFirst is the set's rows with the failed ones at the end, each part in
// the set's order, so that a group's measured runs stand side by side and need
// not be copied for every table. s.places says where each is in s.Rows.
func (s *Set) measuredFirst() []Row {
	s.split.Do(func() {
		s.rows, s.places = make([]Row, 0, len(s.Rows)), make([]int, 0, len(s.Rows))
		for _, ok := range []bool{true, false} {
			for i := range s.Rows {
				if s.Rows[i].Run.OK() == ok {
					s.rows, s.places = append(s.rows, s.Rows[i]), append(s.places, i)
				}
			}
		}
	})
	return s.rows
}

// span is a group while it is collected: stretches of rows.
type span struct {
	ok, failed []stretch
	place      int // in the set, of its first run
}

// stretch is rows from … to−1.
type stretch struct{ from, to int }

// add puts row i into the group.
func (g *span) add(rows []Row, i, place int) {
	g.place = min(g.place, place)
	part := &g.failed
	if rows[i].Run.OK() {
		part = &g.ok
	}
	if n := len(*part); n > 0 && (*part)[n-1].to == i {
		(*part)[n-1].to++
		return
	}
	*part = append(*part, stretch{i, i + 1})
}

// groups makes groups of spans, in the set's order.
func groups(rows []Row, spans []*span) []Group {
	slices.SortFunc(spans, func(a, b *span) int { return a.place - b.place })
	var out []Group
	for _, g := range spans {
		out = append(out, Group{Rows: taken(rows, g.ok), Failed: taken(rows, g.failed)})
	}
	return out
}

func taken(rows []Row, parts []stretch) []Row {
	if len(parts) == 1 {
		return slices.Clip(rows[parts[0].from:parts[0].to])
	}
	var out []Row
	for _, p := range parts {
		out = append(out, rows[p.from:p.to]...)
	}
	return out
}
