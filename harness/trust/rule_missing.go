package trust

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// ttftReduction stands beside a short cell because it is what the study ranks its
// configurations by: the best of a ranking is where few runs do most harm.
var ttftReduction = Quantity{"TTFT reduction", "%", 2, reducedTTFT}

// missingRuns looks for cells with fewer runs than the suite's cells commonly
// have. A failed run counts as missing; its reason is said.
//
// A mean over cells gives the cell with one run the same weight as the cell with
// five. One run averages nothing out, so it is the likeliest to stand first or last
// in a ranking: the study's largest TTFT reduction is of a cell with one run of
// five. And runs seldom fail by chance: they were too slow, or did not fit, so what
// is left may flatter the cell.
//
// Imported files have no plan, so the other cells say how many there should be. A
// session of duet's is also held to its plan, by the check planned-runs.
func missingRuns(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	var said []string
	cells := 0
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		for _, groups := range bySession(a.Cells[suite]) {
			cells += len(groups)
			groups = planned(groups)
			want, most := commonest(groups), mostReduced(groups)
			for _, g := range groups {
				if len(g.Rows) >= want {
					continue
				}
				figures = append(figures, lackingRuns(g, want)...)
				said = append(said, lackText(g, len(groups), want, most))
				runs = append(append(runs, runsOf(g.Rows)...), runsOf(g.Failed)...)
			}
		}
	}
	switch {
	case cells < 2:
		return Skip("One cell alone says nothing of how many runs the others have.")
	case len(said) == 0:
		return Nothing(fmt.Sprintf("All %d cells have as many measured runs as is common in their suite.", cells))
	}
	return a.Found(fmt.Sprintf("%d of %d cells have fewer measured runs than is common in their suite, and weigh as much as the others in every mean of cells. %s.", len(said), cells, Some(said)), figures, runs)
}

// planned leaves re-runs out: only some cells have one, and none lacks it. Counted,
// they could make up for a run that failed, or become what is common.
func planned(groups []Group) []Group {
	again := func(r *metric.Row) bool { return r.Run.Rerun != nil }
	var out []Group
	for _, g := range groups {
		p := g
		p.Rows, p.Failed = slices.DeleteFunc(slices.Clone(g.Rows), again), slices.DeleteFunc(slices.Clone(g.Failed), again)
		if len(p.Rows)+len(p.Failed) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// bySession splits cells by session and backend, empty ones included: a cell in which
// every run failed lacks the most. Sessions may have been asked for different
// numbers of rounds, so each is its own measure.
func bySession(groups []Group) [][]Group {
	at := map[string]int{}
	var out [][]Group
	for _, g := range groups {
		key := g.First().Session + "\x00" + g.First().Label()
		i, ok := at[key]
		if !ok {
			i, out = len(out), append(out, nil)
			at[key] = i
		}
		out[i] = append(out[i], g)
	}
	return out
}

// commonest is the number of runs, failed ones included, that most cells have;
// the larger of two that are equally common. It is not the largest number: one cell
// that somebody measured again would make all others short. Failed runs are counted
// because they were meant to be made; a round that failed everywhere still lacks.
func commonest(groups []Group) int {
	counts := map[int]int{}
	for _, g := range groups {
		counts[len(g.Rows)+len(g.Failed)]++
	}
	best := 0
	for n, k := range counts {
		if k > counts[best] || k == counts[best] && n > best {
			best = n
		}
	}
	return best
}

// lackingRuns are a short cell's figures: how short it is, and what it claims.
func lackingRuns(g Group, want int) []record.Figure {
	out := []record.Figure{Count(g.Name, "measured runs", "runs", len(g.Rows), want)}
	if f := ttftReduction.Mean(g); f.Value != nil {
		out = append(out, f)
	}
	return out
}

// lackText names a short cell, and says so where it is the one that leads its suite.
// The value is compared exactly: most is the value of one of these cells.
func lackText(g Group, cells, want int, most *float64) string {
	text := fmt.Sprintf("%s: %d of %d", g.Name, len(g.Rows), want)
	if n := len(g.Failed); n > 0 {
		text += fmt.Sprintf(" (%d failed, the first with %q)", n, g.Failed[0].Run.Error)
	}
	if f := ttftReduction.Mean(g); most != nil && f.Value != nil && *f.Value == *most {
		text += fmt.Sprintf(", and it holds the largest TTFT reduction of all %d cells, %s %%", cells, plus(f))
	}
	return text
}

// mostReduced is the largest reduction of all cells; absent for a single one.
func mostReduced(groups []Group) *float64 {
	s := make([]*float64, 0, len(groups))
	for _, g := range groups {
		s = append(s, ttftReduction.Mean(g).Value)
	}
	if len(groups) < 2 {
		return nil
	}
	return stats.NewSample(s).Max()
}

// plus prints a figure with its sign.
func plus(f record.Figure) string {
	if f.Value != nil && *f.Value > 0 {
		return "+" + f.Say()
	}
	return f.Say()
}

// reducedTTFT is the reduction that a single run's file states, or else what
// its raw data give.
func reducedTTFT(r *metric.Row) *float64 {
	if im := r.Run.Imported; im != nil && im.Published != nil && im.Published.TTFTReduction != nil {
		return im.Published.TTFTReduction
	}
	return reduction(r.S.TunedTTFTMS, r.S.BaselineTTFTMS)
}
