package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// Row is a run with everything derived from it.
type Row struct {
	Run *record.Run
	D   record.Derived
	S   Published
	// TogetherOverSolo is the pair's rate over one agent's decode rate from the
	// single suite, see estimate; absent where there are no such runs.
	TogetherOverSolo *float64
	Findings         []record.Finding
	First            []FirstToken // of every call, by pass and place
	Path             string       // of the file, where the order of two runs hangs on it
}

// Set is a collection of runs, ready for tables. It keeps them in an order of
// its own, so the order of reading changes nothing.
type Set struct {
	Rows  []*Row
	Mixed bool // runs of several sessions or backends: tables say which
	Study bool // the study's tables and rules are asked for, whoever measured these runs
}

// NewSet derives everything from runs, with DefaultLimits.
func NewSet(runs []*record.Run) *Set {
	rows := make([]*Row, len(runs))
	inParallel(len(runs), batch, func(i int) { rows[i] = NewRow(runs[i]) })
	return NewSetOf(rows)
}

// NewSetOf is NewSet for runs from which everything has been derived.
func NewSetOf(rows []*Row) *Set {
	s := &Set{Rows: ordered(rows)}
	for i := range s.Rows {
		r, first := s.Rows[i].Run, s.Rows[0].Run
		s.Mixed = s.Mixed || r.Session != first.Session || r.Label() != first.Label()
	}
	s.estimate()
	return s
}

// NewRow derives everything from a run, with DefaultLimits.
func NewRow(r *record.Run) *Row {
	l := DefaultLimits()
	row := &Row{Run: r, D: l.Derive(r), First: l.firstTokens(r)}
	row.Findings = l.allFindings(r, &row.D)
	row.S = publishedBy(r, &row.D)
	return row
}

// Detach makes the row keep of its run what tells it from others, and none of
// what it was derived from: enough for Set.Tables.
func (r *Row) Detach() {
	run := *r.Run
	run.Environment, run.Servers, run.Agents, run.Passes = record.Environment{}, nil, nil, nil
	run.Telemetry, run.Derived, run.Summary, run.Findings = sensorsOnly(run.Telemetry), nil, nil, nil
	r.Run = &run
}

// Imported reports whether another tool measured a run.
func (r *Row) Imported() bool { return r.Run.Imported != nil }

// Imported reports whether another tool measured all runs of a set.
func (s *Set) Imported() bool {
	return len(s.Rows) > 0 && !slices.ContainsFunc(s.Rows, func(r *Row) bool { return !r.Imported() })
}

// Imported reports whether another tool measured a group.
func (g Group) Imported() bool { return g.any().Imported() }

// Failed lists the runs that were not measured to their end.
func (s *Set) Failed() []*Row {
	var out []*Row
	for i := range s.Rows {
		if !s.Rows[i].Run.OK() {
			out = append(out, s.Rows[i])
		}
	}
	return out
}

// Has reports whether there are runs of a form (record.Run.Form).
func (s *Set) Has(suite string) bool {
	return slices.ContainsFunc(s.Rows, func(r *Row) bool { return r.Run.Form() == suite })
}
