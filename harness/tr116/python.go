package tr116

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/record"
)

// Names of the agents; the single suite has the collector alone.
const collector, insight = "collector", "insight"

func readPythonMulti(at place, f field) []*record.Run {
	top := f.object()
	r := newRun(at, record.LayoutPythonMulti, at.scenario, at.number(top.member("run_number")))
	at.checkScenario(top.member("scenario"))
	r.Imported.WallNS = ms(top.member("concurrent_wall_time_ms").needed(someMS))
	r.Imported.Agents = []record.ImportedAgent{
		pythonAgent(top.member(collector), r.Imported.WallNS), pythonAgent(top.member(insight), r.Imported.WallNS),
	}
	r.Imported.Published = published(top)
	return []*record.Run{r}
}

// pythonAgent reads an agent of a Python multi file: one call, not streamed.
// Its ttft_ms is the server's prompt_eval_duration, its total_duration_ms that
// and eval_duration.
func pythonAgent(f field, pairNS *float64) record.ImportedAgent {
	o := f.object()
	m, one := o.member("metrics").object(), 1
	asked := o.member("options").options()
	prompt, total := ms(m.member("ttft_ms").number(milliseconds)), ms(m.member("total_duration_ms").number(milliseconds))
	return record.ImportedAgent{
		Agent: f.name, Label: labelOf(asked), Pass: record.PassConcurrent,
		Endpoint: o.member("base_url").word(), Options: asked,
		WallNS: within(m.member("wall_clock_ms"), someMS, 1e6, pairNS), Requests: &one,
		Tokens:     whole(m.member("tokens_generated").needed(tokenCount)),
		DecodeMean: m.member("throughput_tokens_per_sec").number(rate), TTFTServerNS: prompt, PromptEvalNS: prompt,
		EvalNS: rest(m.member("total_duration_ms"), total, prompt),
	}
}

// within reads an agent's wall time, which is part of the pair's. The margin is
// for two readings of one clock.
func within(f field, q quantity, ns float64, pairNS *float64) *float64 {
	v := times(f.needed(q), ns)
	if v != nil && pairNS != nil && *v > *pairNS*1.01 {
		f.complain("no longer than the pair's wall time", string(f.raw))
	}
	return v
}

// rest is what a total leaves beside a part of it.
func rest(f field, total, part *float64) *float64 {
	if total == nil || part == nil {
		return nil
	}
	v := *total - *part
	if v < 0 {
		f.complain("a total no less than its time to first token", string(f.raw))
	}
	return &v
}

// published reads what a multi file states as its results.
func published(o object) *record.Published {
	return &record.Published{
		Speedup:         o.member("concurrency_speedup").number(signed),
		Efficiency:      o.member("efficiency_percent").number(signed),
		ThroughputDelta: o.member("throughput_delta").number(signed),
		TTFTDeltaMS:     o.member("ttft_delta_ms").number(signed),
		Contention:      o.member("resource_contention_detected").flag(),
	}
}

// scenarioSingle is duet's name for the single suite's only scenario.
const scenarioSingle = "tuned-vs-baseline"

func readPythonSingle(at place, f field) []*record.Run {
	var out []*record.Run
	seen := map[int]bool{}
	for _, element := range f.list("runs") {
		o := element.object()
		number := o.member("run_number")
		n := at.number(number)
		if n != 0 && seen[n] {
			number.complain("the number of another run", fmt.Sprintf("%d a second time", n))
		}
		seen[n] = true
		agents := []record.ImportedAgent{
			pythonPass(&at, o.member("baseline_results"), record.PassBaseline, "baseline"),
			pythonPass(&at, o.member("chimera_results"), record.PassTuned, "chimera"),
		}
		r := newRun(at, record.LayoutPythonSingle, scenarioSingle, n)
		r.Imported.Agents, r.Imported.Published = agents, deltas(o.member("performance_delta"))
		out = append(out, r)
	}
	return out
}

// pythonPass reads one of the two passes of a Python single run, which keeps
// aggregates alone. As in the multi files its TTFT is the server's
// prompt_eval_duration, and its total that and eval_duration.
func pythonPass(at *place, f field, pass, label string) record.ImportedAgent {
	o := f.object()
	at.checkModel(o.member("model"))
	a := o.member("metrics").object().member("aggregate_metrics").object()
	requests, mean := a.member("request_count").number(requestCount), ms(a.member("average_ttft_ms").number(milliseconds))
	total := ms(a.member("total_duration_ms").number(milliseconds))
	out := record.ImportedAgent{
		Agent: collector, Label: label, Pass: pass, Options: o.member("config").options(),
		Requests: small(requests), Tokens: whole(a.member("total_tokens_generated").needed(tokenCount)),
		DecodeMean: a.member("average_tokens_per_second").number(rate), TTFTServerNS: mean,
	}
	if requests != nil && mean != nil {
		out.PromptEvalNS = times(mean, *requests)
		out.EvalNS = rest(a.member("total_duration_ms"), total, out.PromptEvalNS)
	}
	return out
}

// deltas reads what a single file states as its results.
func deltas(f field) *record.Published {
	if !f.there() {
		return nil
	}
	o := f.object()
	return &record.Published{
		ThroughputImprovement: o.member("throughput_improvement_percent").number(signed),
		TTFTReduction:         o.member("ttft_reduction_percent").number(signed),
	}
}
