package trust

import (
	"fmt"
	"math"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

var (
	headline = Quantity{"efficiency", "%", 2, publishedEfficiency}
	outside  = Quantity{"agent time outside prompt and decode", "s", 2, outsideS}
)

// coldRuns compares first runs with later ones, and counts the calls that
// loaded the model inside a timed window.
func coldRuns(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	var said []string
	for _, g := range a.Pairs() {
		first, later := byNumber(g)
		f, l := headline.Over(g.Name+", run 1", metric.SampleOf(first, headline.Of)), headline.Over(g.Name+", later runs", metric.SampleOf(later, headline.Of))
		if f.Value == nil || l.Value == nil {
			continue
		}
		figures = append(figures, f, outside.Over(f.Of, metric.SampleOf(first, outside.Of)), l, outside.Over(l.Of, metric.SampleOf(later, outside.Of)))
		if math.Abs(*f.Value-*l.Value) > a.FirstRunShift {
			said = append(said, fmt.Sprintf("%s: run 1 of each cell averages %s %%, later runs %s %%", g.Name, f.Say(), l.Say()))
			for _, r := range first {
				runs = append(runs, r.Run)
			}
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

// byNumber splits a group's rows into first runs and later ones.
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
// took, and lists the runs that have one.
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
// for: load, queueing and transport, in seconds.
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
	return stats.Over(stats.Finite(*busy*float64(*r.D.Whole("wall_ns"))/1e9), pairSize(r))
}

// pairSize is how many agents took part in the pair.
func pairSize(r *metric.Row) *float64 {
	n := 0.0
	for _, a := range r.D.Agents {
		if a.Pass == record.PassConcurrent {
			n++
		}
	}
	return &n
}
