package errorrate

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/compare/abba"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/table"
)

// orders are the two ways to measure two revisions.
var orders = []struct {
	name string
	of   func(rounds int) []abba.Sitting
}{
	{"one after the other", abba.Blocks},
	{"round by round (ABBA)", abba.Order},
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
