package tr116

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/record"
)

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
