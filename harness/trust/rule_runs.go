package trust

import (
	"fmt"
	"math"
	"slices"
	"strings"

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
// A cell with one run of five is the likeliest to stand first or last in a ranking, as
// the study's largest TTFT reduction does. And runs seldom fail by chance: they were too
// slow, or did not fit, so what is left may flatter the cell.
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
// every run failed lacks the most. Sessions may have different numbers of rounds.
func bySession(groups []Group) [][]Group {
	return metric.Alike(groups, func(g Group) string { return g.First().Session + "\x00" + g.First().Label() })
}

// commonest is the number of runs, failed ones included, that most cells have; the
// larger of two that are equally common. The largest of all would make every cell short
// of one that somebody measured again.
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

// The two figures of a cold start. The study's Python files do not say how long a model
// took to load: run 1 is unlike the others, and the time that neither prompt nor decode
// accounts for shows that it went into loading.
var (
	headline = Quantity{"efficiency", "%", 2, publishedEfficiency}
	outside  = Quantity{"agent time outside prompt and decode", "s", 2, outsideS}
)

// coldRuns compares first runs with later ones, and counts the calls that
// loaded the model inside a timed window.
//
// A load says nothing of agents at once, but it lengthens the window that every rate is
// divided by, and a runtime that finds the model loaded by the one before it looks better
// for that. There are two questions because files differ in what they know: the load time
// of each call where it is recorded, else run numbers alone. A shift counts in either
// direction: a formula that takes the load for work of the agents may rise by it.
func coldRuns(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	var said []string
	for _, g := range a.Together() {
		first, later := byNumber(g)
		f, l := headline.Over(g.Name+", run 1", metric.SampleOf(first, headline.Of)), headline.Over(g.Name+", later runs", metric.SampleOf(later, headline.Of))
		if f.Value == nil || l.Value == nil {
			continue
		}
		figures = append(figures, f, outside.Over(f.Of, metric.SampleOf(first, outside.Of)), l, outside.Over(l.Of, metric.SampleOf(later, outside.Of)))
		if math.Abs(*f.Value-*l.Value) > a.FirstRunShift {
			said = append(said, fmt.Sprintf("%s: run 1 of each cell averages %s %%, later runs %s %%", g.Name, f.Say(), l.Say()))
			runs = append(runs, runsOf(first)...)
		}
	}
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		for _, g := range a.Runtimes[suite] {
			f, cold := coldCalls(g, g.Name+", "+suite)
			figures = append(figures, f...)
			runs = append(runs, cold...)
			if len(cold) > 0 {
				said = append(said, fmt.Sprintf("%s: %s of %d calls in %d of %d runs report a model load inside the window", f[0].Of, f[0].Say(), f[0].N, len(cold), len(g.Rows)))
			}
		}
	}
	switch {
	case len(said) > 0:
		return a.Found("Where nothing was warmed up, loading the model is inside the timed window. "+strings.Join(said, "; ")+".", figures, runs)
	case len(figures) == 0:
		return Skip("No cell has a first and a later run, and no file says how long its models took to load.")
	}
	return Nothing("First runs are like later ones, and no call loaded its model.", figures...)
}

// byNumber splits a group's rows into first runs and later ones. Numbers begin anew in
// each cell, so all models are among both, and warmth is what tells the two means apart.
func byNumber(g Group) (first, later []*metric.Row) {
	for _, r := range g.Rows {
		if r.Run.RunNumber == 1 {
			first = append(first, r)
		} else {
			later = append(later, r)
		}
	}
	return first, later
}

// coldCalls counts a group's cold calls, where its files say how long loading
// took, and lists the runs that have one. Where no file does there is no figure:
// "0 cold calls" of calls nobody knows the load of would be a claim.
func coldCalls(g Group, of string) ([]record.Figure, []*record.Run) {
	var cold []*record.Run
	calls, n := 0, 0
	for _, r := range g.Rows {
		calls += loads(r.Run)
		k := 0
		for _, a := range r.D.Agents {
			k += a.Cold()
		}
		if n += k; k > 0 {
			cold = append(cold, r.Run)
		}
	}
	if calls == 0 {
		return nil, nil
	}
	return []record.Figure{Count(of, "cold calls", "calls", n, calls)}, cold
}

// loads counts the calls of a run whose load time is known.
func loads(r *record.Run) int {
	n := 0
	if r.Imported != nil {
		for _, ag := range r.Imported.Agents {
			for _, c := range ag.Calls {
				if c.LoadNS != nil {
					n++
				}
			}
		}
	}
	for i := range r.Passes {
		for j := range r.Passes[i].Calls {
			if s := r.Passes[i].Calls[j].Server; s != nil && s.LoadNS != nil {
				n++
			}
		}
	}
	return n
}

// outsideS is the agents' mean time that neither prompt nor decode accounts
// for: load, queueing and transport, in seconds. Of duet's runs it comes from the
// two speedups, which divide by the same wall time: one sums the agents' whole
// times and the other what their server was busy for them.
func outsideS(r *metric.Row) *float64 {
	if im := r.Run.Imported; im != nil {
		var total, n float64
		for _, ag := range im.Agents {
			if ag.WallNS == nil || ag.PromptEvalNS == nil || ag.EvalNS == nil {
				return nil
			}
			total, n = total+*ag.WallNS-*ag.PromptEvalNS-*ag.EvalNS, n+1
		}
		total /= 1e9
		return stats.Over(&total, &n)
	}
	busy := stats.Minus(r.D.Get("speedup_client"), r.D.Get("speedup_server"))
	if busy == nil || r.D.Whole("wall_ns") == nil {
		return nil
	}
	return stats.Over(stats.Finite(*busy*float64(*r.D.Whole("wall_ns"))/1e9), stats.Finite(float64(len(together(r)))))
}
