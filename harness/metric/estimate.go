package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

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
