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

// trial is a row of the table of verdicts.
type trial struct {
	truth, noise string
	plan         Plan
}

func (q Question) trials() []trial {
	nothing, all, one := "nothing changed", fmt.Sprintf("%g %% lost in every cell", 100*q.Loss), fmt.Sprintf("%g %% lost in one cell", 100*q.Loss)
	return []trial{
		{nothing, "TR116, as it came", Plan{Cells: q.Cells, Rounds: 6, Noise: Study}},
		{nothing, "TR116, shuffled", Plan{Cells: q.Cells, Rounds: 6, Noise: Shuffled}},
		{nothing, "CV 1.5 %", Plan{Cells: q.Cells, Rounds: 6, Noise: Normal(0.015)}},
		{all, "CV 1.5 %", Plan{Cells: q.Cells, Rounds: 6, Noise: Normal(0.015), Loss: q.Loss, Losers: q.Cells}},
		{one, "CV 1.5 %", Plan{Cells: q.Cells, Rounds: 6, Noise: Normal(0.015), Loss: q.Loss, Losers: 1}},
		{one, "CV 1.5 %", Plan{Cells: q.Cells, Rounds: 7, Noise: Normal(0.015), Loss: q.Loss, Losers: 1}},
		{one, "CV 1.5 %", Plan{Cells: q.Cells, Rounds: 8, Noise: Normal(0.015), Loss: q.Loss, Losers: 1}},
	}
}

// Judged is what the shipped gate and the comparison said of sessions whose truth
// is known.
func (q Question) Judged() (table.Table, error) {
	t := table.Table{
		ID: "trials", Title: "What is said of sessions whose truth is known",
		Definition: "Percent. Gate: verdicts of the shipped gate. Some difference: in the comparison, some cell of the throughput, or of the TTFT, differs by Holm's p; where nothing changed that is a false alarm. Found: the comparison says of a cell that lost that it is worse; cells: of all that lost.",
		N:          fmt.Sprintf("%d pairs of sessions of %d cells each, constant seed.", q.Trials, q.Cells),
		Columns: []table.Column{{Name: "truth", Text: true}, {Name: "noise", Text: true}, {Name: "rounds"},
			{Group: "gate", Name: "pass", Decimals: 1}, {Group: "gate", Name: "inconclusive", Decimals: 1}, {Group: "gate", Name: "fail", Decimals: 1},
			{Name: "some difference", Decimals: 1}, {Name: "found", Decimals: 1}, {Name: "cells found", Decimals: 1}},
	}
	for _, one := range q.trials() {
		c, err := one.plan.Judge(gate.Default(), q.Trials, Seed)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, c.row(one))
	}
	return t, nil
}

func (c Count) row(one trial) []table.Value {
	percent := func(n int) table.Value { return table.Num(stats.Finite(c.Share(n))) }
	row := []table.Value{table.Text(one.truth), table.Text(one.noise), table.Count(one.plan.Rounds),
		percent(c.Pass), percent(c.Inconclusive), percent(c.Fail), percent(c.Family)}
	if c.Losers == 0 {
		return append(row, table.Value{}, table.Value{})
	}
	return append(row, percent(c.Found), table.Num(stats.Finite(100*float64(c.FoundLosers)/float64(c.Losers))))
}

// orders are the two ways to measure two revisions.
var orders = []struct {
	name string
	of   func(rounds int) compare.Order
}{
	{"one after the other", compare.Blocks},
	{"round by round (ABBA)", compare.ABBA},
}

const driftRounds, driftNoise = 6, 0.015

// drifting are the rows: how much of its throughput a machine loses while two
// sessions are measured on it, and whether the new side has lost something besides.
func (q Question) drifting() []Plan {
	plan := Plan{Cells: q.Cells, Rounds: driftRounds, Noise: Normal(driftNoise)}
	var out []Plan
	for _, drift := range []float64{0.02, 0.05, 0.1} {
		plan.Drift = drift
		out = append(out, plan)
	}
	plan.Drift, plan.Loss, plan.Losers = 0.05, q.Loss, q.Cells
	return append(out, plan)
}

// Drifting is what is said of two sessions on a machine that becomes slower all
// the while: in one order that is taken for a change, in the other not.
func (q Question) Drifting() (table.Table, error) {
	t := table.Table{
		ID: "drift", Title: "What a machine that becomes slower does to a comparison",
		Definition: "The machine loses so much of its throughput, steadily, from the first run of the pair of sessions to the last. Percent; columns as in the table above.",
		N:          fmt.Sprintf("%d pairs of sessions of %d cells and %d rounds, CV %g %%, constant seed.", q.Trials, q.Cells, driftRounds, 100*driftNoise),
		Columns: []table.Column{{Name: "truth", Text: true}, {Name: "drift", Text: true}, {Name: "measured", Text: true},
			{Group: "gate", Name: "pass", Decimals: 1}, {Group: "gate", Name: "inconclusive", Decimals: 1}, {Group: "gate", Name: "fail", Decimals: 1},
			{Name: "some difference", Decimals: 1}, {Name: "found", Decimals: 1}, {Name: "cells found", Decimals: 1}},
	}
	for _, p := range q.drifting() {
		truth := "nothing changed"
		if p.Losers > 0 {
			truth = fmt.Sprintf("%g %% lost in every cell", 100*p.Loss)
		}
		for _, order := range orders {
			p.Order = order.of(p.Rounds)
			c, err := p.Judge(gate.Default(), q.Trials, Seed)
			if err != nil {
				return t, err
			}
			row := c.row(trial{truth: truth, plan: p})
			row[1], row[2] = table.Text(fmt.Sprintf("%g %%", 100*p.Drift)), table.Text(order.name)
			t.Rows = append(t.Rows, row)
		}
	}
	return t, nil
}
