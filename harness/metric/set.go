package metric

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
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

// batch is how many rows are derived in one go.
const batch = 64

// NewSet derives everything from runs, on every processor.
func NewSet(runs []*record.Run) *Set {
	rows := make([]*Row, len(runs))
	var wg sync.WaitGroup
	for from := 0; from < len(runs); from += batch {
		wg.Go(func() {
			for i := from; i < min(from+batch, len(runs)); i++ {
				rows[i] = NewRow(runs[i])
			}
		})
	}
	wg.Wait()
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

// NewRow derives everything from a run.
func NewRow(r *record.Run) *Row {
	e := examine(r)
	row := &Row{Run: e.trusted, D: derive(e.trusted), First: firstTokens(e.trusted)}
	row.Findings = allFindings(e, &row.D)
	row.S = publishedBy(row.Run, &row.D)
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

// ordered is rows in the order of the tables. There are far fewer cells than
// runs, so the cells are sorted, and then the runs of each.
func ordered(rows []*Row) []*Row {
	cells := map[string][]*Row{}
	for _, r := range rows {
		key := r.Run.Pool()
		cells[key] = append(cells[key], r)
	}
	out := make([]*Row, 0, len(rows))
	for _, key := range slices.SortedFunc(maps.Keys(cells), func(a, b string) int { return compareCells(cells[a][0].Run, cells[b][0].Run) }) {
		slices.SortStableFunc(cells[key], compareNumbers)
		out = append(out, cells[key]...)
	}
	return out
}

// compareCells is the order of the tables. The last key holds every coordinate, so
// that no two cells are equal and the order of reading changes nothing.
func compareCells(a, b *record.Run) int {
	x, y := a.Cell, b.Cell
	return cmp.Or(
		cmp.Compare(a.Session, b.Session),
		cmp.Compare(a.Label(), b.Label()),
		cmp.Compare(a.Suite, b.Suite),
		cmp.Compare(x.Runtime(), y.Runtime()),
		cmp.Compare(x.Model(), y.Model()),
		cmp.Compare(x.Scenario(), y.Scenario()),
		cmp.Compare(x.GPU(), y.GPU()),
		cmp.Compare(x.Ctx(), y.Ctx()),
		cmp.Compare(x.Temp(), y.Temp()),
		cmp.Compare(x.Machine(), y.Machine()),
		cmp.Compare(x.Key(), y.Key()),
	)
}

// compareNumbers is the order of a cell's runs. Where two have one number their
// start decides, and at last the file.
func compareNumbers(a, b *Row) int {
	if c := cmp.Compare(a.Run.RunNumber, b.Run.RunNumber); c != 0 {
		return c
	}
	return cmp.Or(a.Run.Started.Compare(b.Run.Started), cmp.Compare(a.Path, b.Path))
}

// reference is what a run without a solo pass can be compared with: the decode
// rate (server) of one agent alone, same session, runtime and model, as the
// single suite's cells have it.
type reference struct{ session, backend, runtime, model string }

// referenceOf takes the backend's own label, without "one server": agents that
// share a server have the same reference as agents that do not.
func referenceOf(r *record.Run) reference {
	return reference{r.Session, r.Backend.Label(), r.Cell.Runtime(), r.Cell.Model()}
}

// estimate fills Row.TogetherOverSolo: the agents' rate over the mean of the
// model's single-agent cells, each the mean of its passes' mean decode rates. Every
// cell counts alike, however many runs it has.
//
// It is an estimate: single and dual cells differ in prompt and options. And it
// leans to one side: the rate together is over wall time with its prompts, the
// decode rate alone leaves prompts out, so the ratio is too low where prompts are
// long. Where there is a solo pass, speedup measured is the better number.
func (s *Set) estimate() {
	cells := map[reference][]float64{}
	for _, g := range s.Groups(record.SuiteSingle, ByCell) {
		if len(g.Rows) == 0 {
			continue
		}
		b := g.Sample(func(r *Row) *float64 { return r.S.BaselineRate }).Mean()
		t := g.Sample(func(r *Row) *float64 { return r.S.TunedRate }).Mean()
		if b != nil && t != nil {
			key := referenceOf(g.First())
			cells[key] = append(cells[key], (*b+*t)/2)
		}
	}
	for _, r := range s.Rows {
		if alone := cells[referenceOf(r.Run)]; r.Run.Form() == record.SuiteMulti && len(alone) > 0 {
			r.TogetherOverSolo = stats.Over(r.D.Get("aggregate_rate"), stats.Sample{Values: alone}.Mean())
		}
	}
}
