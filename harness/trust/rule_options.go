package trust

import (
	"fmt"
	"reflect"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// sides are the options of the two sides that a cell compares. ok is false
// where it compares none, or one side was not recorded. Two tuned agents, which have
// no baseline between them, are no comparison. Of several agents of a side the last
// stands for it.
func sides(r *record.Run) (baseline, tuned any, ok bool) {
	if im := r.Imported; im != nil {
		for i := range im.Agents {
			if ag := &im.Agents[i]; ag.Label == labelBaseline {
				baseline = ag.Options
			} else {
				tuned = ag.Options
			}
		}
		return baseline, tuned, baseline != nil && tuned != nil
	}
	for _, ag := range r.Agents {
		o := ag.Options
		o.Seed, o.NumPredict, o.NumThread = 0, 0, 0 // not part of a tuning
		if ag.Label == labelBaseline {
			baseline = o
		} else {
			tuned = o
		}
	}
	return baseline, tuned, baseline != nil && tuned != nil
}

// tunedGain is what such a cell reports as its effect. Printed beside the finding it is
// of use: the size of an effect that cannot be there is the noise of all the others.
var tunedGain = Quantity{Name: "tuned − baseline decode rate", Unit: "%", Decimals: 2}

// sameOptions looks for cells that compare a configuration with itself. A matrix makes
// them without anybody's intent, where the baseline is a point of the grid through which
// the tuned options go. The cell looks like any other and its effect is seldom exactly
// zero, so it enters rankings and means as a small gain or loss. The options
// of one run are those of its cell, so the first run is asked.
func sameOptions(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	compared := 0
	for _, suite := range []string{record.SuiteSingle, record.SuiteMulti} {
		for _, g := range a.Cells[suite] {
			b, t, ok := sides(g.First())
			if !ok {
				continue
			}
			compared++
			if reflect.DeepEqual(b, t) {
				runs = append(runs, runsOf(g.Rows)...)
				figures = append(figures, tunedGain.One(g.Name, gained(g), len(g.Rows)))
			}
		}
	}
	switch {
	case compared == 0:
		return Skip("No cell records the options of both a baseline and a tuned agent.")
	case len(figures) == 0:
		return Nothing(fmt.Sprintf("In all %d cells that compare the two, baseline and tuned options differ.", compared))
	}
	return a.Found(fmt.Sprintf("In %d of %d cells baseline and tuned options are equal, so what is called an effect there is the noise of the comparison: %s.", len(figures), compared, Some(Each(figures))), figures, runs)
}

// gained is the change of the mean decode rate from baseline to tuned, percent.
func gained(g Group) *float64 {
	b := g.Sample(func(r *metric.Row) *float64 { return r.S.BaselineRate }).Mean()
	t := g.Sample(func(r *metric.Row) *float64 { return r.S.TunedRate }).Mean()
	return change(t, b)
}
