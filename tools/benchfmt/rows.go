package main

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// shelf is what one of several readers keeps of the runs that it meets.
type shelf struct {
	*visit
	rows     []*metric.Row
	imported bool // there are runs that another tool measured
}

// rows is load for the tables of Set.Tables alone, over however many
// runs: everything is derived from a run while it is there, and then it is let
// go. ok is false when there are runs that another tool measured: then other
// tables are meant, which need more than rows.
func rows(e env, paths []string) (rows []*metric.Row, unread []error, ok bool, err error) {
	ok = true
	seen := seen{}
	unread, err = readAll(e, paths, func(path string) ([]error, int, error) {
		var shelves []*shelf
		unread, err := results.Each(path, func() results.Take {
			s := &shelf{visit: seen.at(paths)}
			shelves = append(shelves, s)
			return s.take
		})
		for _, s := range shelves {
			rows, ok = append(rows, s.rows...), ok && !s.imported
			seen.add(s.visit)
		}
		return unread, len(rows), err
	})
	return rows, unread, ok, err
}

func (s *shelf) take(path string, r *record.Run) {
	s.imported = s.imported || r.Imported != nil
	if s.fresh(path) {
		row := metric.NewRow(r)
		row.Detach()
		row.Path = path
		s.rows = append(s.rows, row)
	}
}
