package errorrate

import (
	"fmt"
	"math"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// Question is what the tables of power are about.
type Question struct {
	Cells  int     // tests of a family
	Loss   float64 // of a throughput: 0.05
	Alpha  float64
	Trials int
}

var (
	rounds = []int{4, 5, 6, 7, 8, 10, 12, 16, 20, 30}
	noises = []float64{0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1}
)

// Tables are how likely a loss is found, the smallest one that is found most of
// the time, and what the shipped gate said of sessions whose truth is known, on a
// machine that stays as it is and on one that does not.
func (q Question) Tables() ([]table.Table, error) {
	judged, err := q.Judged()
	if err != nil {
		return nil, err
	}
	drifting, err := q.Drifting()
	return []table.Table{q.power(), q.smallest(), judged, drifting}, err
}

func (q Question) test() stats.Design { return stats.Design{Cells: q.Cells, Alpha: q.Alpha} }

func (q Question) power() table.Table {
	t := q.grid("power", fmt.Sprintf("Chance of finding a loss of %g %% in one cell of %d", 100*q.Loss, q.Cells), func(n int, cv float64) *float64 {
		return stats.Finite(100 * q.test().Power(n, -math.Log1p(-q.Loss)/logSpread(cv)))
	})
	t.Definition = fmt.Sprintf("Percent of sessions in which Holm's p of the changed cell is below %g. A loss in all cells is found more often: see the last table.", q.Alpha)
	return t
}

func (q Question) smallest() table.Table {
	t := q.grid("smallest", fmt.Sprintf("Smallest loss in one cell of %d that is found 4 times in 5, percent", q.Cells), func(n int, cv float64) *float64 {
		if s := q.test().Finds(n); s != nil {
			return stats.Finite(100 * -math.Expm1(-*s*logSpread(cv)))
		}
		return nil
	})
	t.Definition = "n/a where no difference of so few runs can be shown, however large."
	return t
}

func (q Question) grid(id, title string, of func(n int, cv float64) *float64) table.Table {
	t := table.Table{ID: id, Title: title,
		N:       "Rounds are of each side. Up to 20 of them simulated, beyond by Noether's approximation. Noise is the coefficient of variation of a run, normal, the same on both sides.",
		Columns: []table.Column{{Name: "rounds"}}}
	for _, cv := range noises {
		t.Columns = append(t.Columns, table.Column{Group: "noise", Name: fmt.Sprintf("%g %%", 100*cv), Decimals: 1})
	}
	for _, n := range rounds {
		row := []table.Value{table.Count(n)}
		for _, cv := range noises {
			row = append(row, table.Num(of(n, cv)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// trial is a row of a table of verdicts: what is true of the sessions, and under
// which circumstances they were drawn.
type trial struct {
	plan Plan
	of   []table.Value
}

const nothing, everywhere, somewhere = "nothing changed", "%g %% lost in every cell", "%g %% lost in one cell"

func (q Question) truth(text string) (table.Value, int) {
	switch text {
	case everywhere:
		return table.Text(fmt.Sprintf(text, 100*q.Loss)), q.Cells
	case somewhere:
		return table.Text(fmt.Sprintf(text, 100*q.Loss)), 1
	}
	return table.Text(text), 0
}

// Judged is what the shipped gate and the comparison said of sessions whose truth
// is known.
func (q Question) Judged() (table.Table, error) {
	return q.judged(table.Table{
		ID: "trials", Title: "What is said of sessions whose truth is known",
		Definition: "Percent. Gate: verdicts of the shipped gate. Some difference: in the comparison, some cell of the throughput, or of the TTFT, differs by Holm's p; where nothing changed that is a false alarm. Found: the comparison says of a cell that lost that it is worse; cells: of all that lost.",
		N:          fmt.Sprintf("%d pairs of sessions of %d cells each, constant seed.", q.Trials, q.Cells),
		Columns:    []table.Column{{Name: "truth", Text: true}, {Name: "noise", Text: true}, {Name: "rounds"}},
	}, q.trials())
}

func (q Question) trials() []trial {
	var out []trial
	for _, t := range []struct {
		truth, noise string
		draw         Noise
		rounds       int
	}{
		{nothing, "TR116, as it came", Study, 6},
		{nothing, "TR116, shuffled", Shuffled, 6},
		{nothing, "CV 1.5 %", Normal(0.015), 6},
		{everywhere, "CV 1.5 %", Normal(0.015), 6},
		{somewhere, "CV 1.5 %", Normal(0.015), 6},
		{somewhere, "CV 1.5 %", Normal(0.015), 7},
		{somewhere, "CV 1.5 %", Normal(0.015), 8},
	} {
		truth, losers := q.truth(t.truth)
		p := Plan{Cells: q.Cells, Rounds: t.rounds, Noise: t.draw, Loss: q.Loss, Losers: losers}
		out = append(out, trial{p, []table.Value{truth, table.Text(t.noise), table.Count(t.rounds)}})
	}
	return out
}

const driftRounds, driftNoise = 6, 0.015

// Drifting is what is said of two sessions on a machine that becomes slower all
// the while: in one order that is taken for a change, in the other not.
func (q Question) Drifting() (table.Table, error) {
	return q.judged(table.Table{
		ID: "drift", Title: "What a machine that becomes slower does to a comparison",
		Definition: "The machine loses so much of its throughput, steadily, from the first run of the pair of sessions to the last. Percent; columns as in the table above.",
		N:          fmt.Sprintf("%d pairs of sessions of %d cells and %d rounds, CV %g %%, constant seed.", q.Trials, q.Cells, driftRounds, 100*driftNoise),
		Columns:    []table.Column{{Name: "truth", Text: true}, {Name: "drift", Text: true}, {Name: "measured", Text: true}},
	}, q.drifting())
}

// drifting are the losses of a machine while two sessions are measured on it, in
// either order; in the last of them the new side has lost something besides.
func (q Question) drifting() []trial {
	var out []trial
	for _, row := range []struct {
		truth string
		drift float64
	}{{nothing, 0.02}, {nothing, 0.05}, {nothing, 0.1}, {everywhere, 0.05}} {
		truth, losers := q.truth(row.truth)
		p := Plan{Cells: q.Cells, Rounds: driftRounds, Noise: Normal(driftNoise), Drift: row.drift, Loss: q.Loss, Losers: losers}
		for _, order := range []struct {
			name string
			of   compare.Order
		}{{"one after the other", compare.Blocks(driftRounds)}, {"round by round (ABBA)", compare.ABBA(driftRounds)}} {
			p.Order = order.of
			out = append(out, trial{p, []table.Value{truth, table.Text(fmt.Sprintf("%g %%", 100*row.drift)), table.Text(order.name)}})
		}
	}
	return out
}

func (q Question) judged(t table.Table, trials []trial) (table.Table, error) {
	t.Columns = append(t.Columns,
		table.Column{Group: "gate", Name: "pass", Decimals: 1}, table.Column{Group: "gate", Name: "inconclusive", Decimals: 1}, table.Column{Group: "gate", Name: "fail", Decimals: 1},
		table.Column{Name: "some difference", Decimals: 1}, table.Column{Name: "found", Decimals: 1}, table.Column{Name: "cells found", Decimals: 1})
	for _, one := range trials {
		c, err := one.plan.Judge(q.Trials)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, append(one.of, c.figures()...))
	}
	return t, nil
}

func (c Count) figures() []table.Value {
	percent := func(n int) table.Value { return table.Num(stats.Finite(c.Share(n))) }
	row := []table.Value{percent(c.Verdicts[gate.Pass]), percent(c.Verdicts[gate.Inconclusive]), percent(c.Verdicts[gate.Fail]), percent(c.Family)}
	if c.Losers == 0 {
		return append(row, table.Value{}, table.Value{})
	}
	return append(row, percent(c.Found), table.Num(stats.Finite(100*float64(c.FoundLosers)/float64(c.Losers))))
}
