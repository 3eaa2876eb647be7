package trust_test

import (
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

func ptr[T any](v T) *T { return &v }

// clean is a small session with nothing to find: invented numbers that claim to
// be measured, which no file outside a test may do.
func clean() []*record.Run {
	var runs []*record.Run
	for n := 1; n <= 6; n++ {
		runs = append(runs, honest(exchange(synthetic.Pair("alpha:7b", "baseline-vs-chimera", n, 1.2))))
		runs = append(runs, honest(exchange(synthetic.Pair("beta:latest", "baseline-vs-chimera", n, 1.3))))
		runs = append(runs, honest(synthetic.Single("alpha:7b", n)))
	}
	return runs
}

func honest(r *record.Run) *record.Run {
	r.Backend = record.Backend{Kind: "process"}
	d := metric.Derive(r)
	r.Derived = &d
	return r
}

// exchange makes the collector the slower agent, so that the delta is positive
// and equal to its absolute value.
func exchange(r *record.Run) *record.Run {
	other := map[string]string{metric.Collector: metric.Insight, metric.Insight: metric.Collector}
	p := &r.Passes[2]
	for i := range p.Calls {
		p.Calls[i].Agent = other[p.Calls[i].Agent]
	}
	return r
}

// change is the clean session after do, without what its files state.
func change(do func(*record.Run)) func() []*record.Run {
	return func() []*record.Run {
		runs := clean()
		for _, r := range runs {
			r.Derived = nil
			do(r)
		}
		return runs
	}
}

// pairs changes the dual-agent runs alone, and leaves the others out.
func pairs(do func(*record.Run)) func() []*record.Run {
	return func() []*record.Run {
		var out []*record.Run
		for _, r := range change(func(*record.Run) {})() {
			if r.Suite == record.SuiteMulti {
				do(r)
				out = append(out, r)
			}
		}
		return out
	}
}

// studied is a dual-agent run as the study's Python wrote it, with solo passes
// that it never had, so that it has one thing to find at a time.
func studied(do func(*record.Run)) func() []*record.Run {
	return func() []*record.Run {
		options := func(ctx int) record.ImportedOptions {
			return record.ImportedOptions{NumGPU: ptr(80), NumCtx: &ctx, Temperature: ptr(1.0)}
		}
		r := &record.Run{
			Schema: record.Schema, Session: "study", Suite: record.SuiteMulti, RunNumber: 1, Status: record.StatusOK,
			Cell:    record.NewCell("multi/python/m/c", record.CoordModel, "m", record.CoordRuntime, "python", record.CoordScenario, "baseline-vs-chimera", record.CoordGPU, "80", record.CoordCtx, "512", record.CoordTemp, "1.0"),
			Backend: record.Backend{Kind: "imported"},
			Imported: &record.Imported{Study: "study", Layout: record.LayoutPythonMulti, WallNS: ptr(10e9), Agents: []record.ImportedAgent{
				{Agent: metric.Collector, Label: "baseline", Pass: record.PassConcurrent, Options: options(4096), PromptEvalNS: ptr(1e9), EvalNS: ptr(8e9), TTFTServerNS: ptr(1e9)},
				{Agent: metric.Insight, Label: "chimera", Pass: record.PassConcurrent, Options: options(512), PromptEvalNS: ptr(2e9), EvalNS: ptr(8e9), TTFTServerNS: ptr(2e9)},
				{Agent: metric.Collector, Label: "baseline", Pass: record.PassSolo, Options: options(4096), PromptEvalNS: ptr(0.0), EvalNS: ptr(0.0)},
			}},
		}
		do(r)
		return []*record.Run{r}
	}
}

// alone is a single-agent run of one of the study's layouts.
func alone(layout, runtime string, baseline record.ImportedOptions) *record.Run {
	return &record.Run{
		Schema: record.Schema, Session: "study", Suite: record.SuiteSingle, RunNumber: 1, Status: record.StatusOK,
		Cell:    record.NewCell("single/"+runtime+"/m/c", record.CoordModel, "m", record.CoordRuntime, runtime, record.CoordGPU, "80", record.CoordCtx, "512", record.CoordTemp, "1.0"),
		Backend: record.Backend{Kind: "imported"},
		Imported: &record.Imported{Study: "study", Layout: layout, Agents: []record.ImportedAgent{
			{Agent: metric.Collector, Label: "baseline", Pass: record.PassBaseline, Options: baseline},
			{Agent: metric.Collector, Label: "chimera", Pass: record.PassTuned, Options: record.ImportedOptions{NumGPU: ptr(80), NumCtx: ptr(512), Temperature: ptr(1.0)}},
		}},
	}
}
