package audit_test

import (
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

func ptr[T any](v T) *T { return &v }

// clean is a small session with nothing to find: invented numbers that claim to
// be measured, which no file outside a test may do.
func clean() []*metrics.Run {
	var runs []*metrics.Run
	for n := 1; n <= 6; n++ {
		runs = append(runs, honest(exchange(synthetic.Pair("alpha:7b", "baseline-vs-chimera", n, 1.2))))
		runs = append(runs, honest(exchange(synthetic.Pair("beta:latest", "baseline-vs-chimera", n, 1.3))))
		runs = append(runs, honest(synthetic.Single("alpha:7b", n)))
	}
	return runs
}

func honest(r *metrics.Run) *metrics.Run {
	r.Backend = metrics.Backend{Kind: "process"}
	d := analysis.Derive(r)
	r.Derived = &d
	return r
}

// exchange makes the collector the slower agent, so that the delta is positive
// and equal to its absolute value.
func exchange(r *metrics.Run) *metrics.Run {
	other := map[string]string{analysis.Collector: analysis.Insight, analysis.Insight: analysis.Collector}
	p := &r.Passes[2]
	for i := range p.Calls {
		p.Calls[i].Agent = other[p.Calls[i].Agent]
	}
	return r
}

// change is the clean session after do, without what its files state.
func change(do func(*metrics.Run)) func() []*metrics.Run {
	return func() []*metrics.Run {
		runs := clean()
		for _, r := range runs {
			r.Derived = nil
			do(r)
		}
		return runs
	}
}

// pairs changes the dual-agent runs alone, and leaves the others out.
func pairs(do func(*metrics.Run)) func() []*metrics.Run {
	return func() []*metrics.Run {
		var out []*metrics.Run
		for _, r := range change(func(*metrics.Run) {})() {
			if r.Suite == metrics.SuiteMulti {
				do(r)
				out = append(out, r)
			}
		}
		return out
	}
}

// studied is a dual-agent run as the study's Python wrote it, with solo passes
// that it never had, so that it has one thing to find at a time.
func studied(do func(*metrics.Run)) func() []*metrics.Run {
	return func() []*metrics.Run {
		options := func(ctx int) metrics.ImportedOptions {
			return metrics.ImportedOptions{NumGPU: ptr(80), NumCtx: &ctx, Temperature: ptr(1.0)}
		}
		r := &metrics.Run{
			Schema: metrics.Schema, Session: "study", Suite: metrics.SuiteMulti, RunNumber: 1, Status: metrics.StatusOK,
			Cell:    metrics.Cell{ID: "multi/python/m/c", Model: "m", Runtime: "python", Scenario: "baseline-vs-chimera", GPU: 80, Ctx: 512, Temp: 1},
			Backend: metrics.Backend{Kind: "imported"},
			Imported: &metrics.Imported{Study: "study", Layout: metrics.LayoutPythonMulti, WallNS: ptr(10e9), Agents: []metrics.ImportedAgent{
				{Agent: analysis.Collector, Label: "baseline", Pass: metrics.PassConcurrent, Options: options(4096), PromptEvalNS: ptr(1e9), EvalNS: ptr(8e9), TTFTServerNS: ptr(1e9)},
				{Agent: analysis.Insight, Label: "chimera", Pass: metrics.PassConcurrent, Options: options(512), PromptEvalNS: ptr(2e9), EvalNS: ptr(8e9), TTFTServerNS: ptr(2e9)},
				{Agent: analysis.Collector, Label: "baseline", Pass: metrics.PassSolo, Options: options(4096), PromptEvalNS: ptr(0.0), EvalNS: ptr(0.0)},
			}},
		}
		do(r)
		return []*metrics.Run{r}
	}
}

// alone is a single-agent run of one of the study's layouts.
func alone(layout, runtime string, baseline metrics.ImportedOptions) *metrics.Run {
	return &metrics.Run{
		Schema: metrics.Schema, Session: "study", Suite: metrics.SuiteSingle, RunNumber: 1, Status: metrics.StatusOK,
		Cell:    metrics.Cell{ID: "single/" + runtime + "/m/c", Model: "m", Runtime: runtime, GPU: 80, Ctx: 512, Temp: 1},
		Backend: metrics.Backend{Kind: "imported"},
		Imported: &metrics.Imported{Study: "study", Layout: layout, Agents: []metrics.ImportedAgent{
			{Agent: analysis.Collector, Label: "baseline", Pass: metrics.PassBaseline, Options: baseline},
			{Agent: analysis.Collector, Label: "chimera", Pass: metrics.PassTuned, Options: metrics.ImportedOptions{NumGPU: ptr(80), NumCtx: ptr(512), Temperature: ptr(1.0)}},
		}},
	}
}
