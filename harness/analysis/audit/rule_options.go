package audit

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

// sides are the options of the two sides that a cell compares. ok is false
// where it compares none, or one side was not recorded.
func sides(r *metrics.Run) (baseline, tuned any, ok bool) {
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

var tunedGain = quantity{name: "tuned − baseline decode rate", unit: "%", decimals: 2}

// sameOptions looks for cells that compare a configuration with itself.
func sameOptions(a *auditor) Finding {
	var figures []Figure
	var runs []*metrics.Run
	compared := 0
	for _, suite := range []string{metrics.SuiteSingle, metrics.SuiteMulti} {
		for _, g := range a.cells[suite] {
			b, t, ok := sides(g.First())
			if !ok {
				continue
			}
			compared++
			if reflect.DeepEqual(b, t) {
				runs = append(runs, runsOf(g.Rows)...)
				figures = append(figures, tunedGain.one(g.name, gained(g), len(g.Rows)))
			}
		}
	}
	switch {
	case compared == 0:
		return skip("No cell records the options of both a baseline and a tuned agent.")
	case len(figures) == 0:
		return clear(fmt.Sprintf("In all %d cells that compare the two, baseline and tuned options differ.", compared))
	}
	return a.found(fmt.Sprintf("In %d of %d cells baseline and tuned options are equal, so what is called an effect there is the noise of the comparison: %s.", len(figures), compared, some(each(figures))), figures, runs)
}

// gained is the change of the mean decode rate from baseline to tuned, percent.
func gained(g group) *float64 {
	b := g.Sample(func(r *analysis.Row) *float64 { return r.S.BaselineRate }).Mean()
	t := g.Sample(func(r *analysis.Row) *float64 { return r.S.TunedRate }).Mean()
	return change(t, b)
}

// defaultBaseline looks for baselines that ask for nothing. What they get then
// depends on the server's version and memory, and differs from a stated one.
func defaultBaseline(a *auditor) Finding {
	var figures []Figure
	var runs []*metrics.Run
	baselines := 0
	var said []string
	for _, suite := range []string{metrics.SuiteSingle, metrics.SuiteMulti} {
		for _, g := range a.runtimes[suite] {
			silent, total := unstated(g)
			baselines += total
			if len(silent) == 0 {
				continue
			}
			runs = append(runs, silent...)
			of := g.name + ", " + suite
			figures = append(figures, count(of, "baselines without options", "agents", len(silent), total))
			said = append(said, fmt.Sprintf("%s: %d of %d", of, len(silent), total))
		}
	}
	switch {
	case baselines == 0:
		return skip("No run has a baseline agent whose options are recorded.")
	case len(runs) == 0:
		return clear(fmt.Sprintf("All %d baselines state their options.", baselines))
	}
	return a.found("Baseline agents that ask for no option get the server's defaults, which change with its version and its memory and are not the baseline of cells that state one. "+strings.Join(said, "; ")+".", figures, runs)
}

// unstated lists the runs of a group whose baseline asks for nothing, and
// counts the baselines.
func unstated(g group) (silent []*metrics.Run, total int) {
	for _, r := range g.Rows {
		if im := r.Run.Imported; im != nil {
			for _, ag := range im.Agents {
				if ag.Label != labelBaseline {
					continue
				}
				total++
				if ag.Options == (metrics.ImportedOptions{}) {
					silent = append(silent, r.Run)
				}
			}
			continue
		}
		for _, ag := range r.Run.Agents {
			if ag.Label == labelBaseline {
				total++ // duet sends every option: metrics.Options
			}
		}
	}
	return silent, total
}
