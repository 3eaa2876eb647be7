package tr116

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/metric"
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

func readRustMulti(at place, f field) []*record.Run {
	top := f.object()
	n := at.number(top.member("run_number"))
	at.checkScenario(top.member("scenario"))
	s := top.member("summary").object()
	wall := seconds(s.member("concurrent_wall_time_s").needed(someSeconds))
	a, b := rustAgent(&at, top.member(collector), wall), rustAgent(&at, top.member(insight), wall)
	r := newRun(at, record.LayoutRustMulti, at.scenario, n)
	r.Imported.WallNS, r.Imported.Agents, r.Imported.Published = wall, []record.ImportedAgent{a, b}, published(s)
	r.Started, r.Environment = whenAndWhere(top.member(collector).object().member("result"))
	return []*record.Run{r}
}

// rustAgent reads an agent of a Rust multi file. It takes the name of its role:
// files call two tuned agents chimera_a and chimera_b.
func rustAgent(at *place, f field, pairNS *float64) record.ImportedAgent {
	o := f.object()
	config, result := o.member("config").object(), o.member("result").object()
	at.checkModel(config.member("model"))
	at.checkModel(result.member("model"))
	out := fromCalls(calls(result.member("llm_calls")))
	out.Agent, out.Pass, out.Endpoint = f.name, record.PassConcurrent, config.member("base_url").word()
	out.Options = config.member("options").options()
	out.Label = labelOf(out.Options)
	out.WallNS = within(o.member("execution_time_s"), someSeconds, 1e9, pairNS)
	return out
}

// readRustSingle reads a file whose calls carry their run's number. What it
// states as its results is of all its runs together, and kept with each.
func readRustSingle(at place, f field) []*record.Run {
	top := f.object()
	baseline, chimera := rustPassOf(&at, top.member("baseline")), rustPassOf(&at, top.member("chimera"))
	stated := deltas(top.member("delta"))
	sameRuns(baseline, chimera)
	sameRuns(chimera, baseline)
	var out []*record.Run
	for _, n := range slices.Sorted(maps.Keys(baseline.runs)) {
		r := newRun(at, record.LayoutRustSingle, scenarioSingle, n)
		r.Started, r.Environment = whenAndWhere(top.member("baseline"))
		r.Imported.Agents = []record.ImportedAgent{
			baseline.agent(n, record.PassBaseline, "baseline"), chimera.agent(n, record.PassTuned, "chimera"),
		}
		r.Imported.Published = stated
		out = append(out, r)
	}
	return out
}

// rustPass is one of the two passes of all runs of a Rust single file.
type rustPass struct {
	list    field
	options record.ImportedOptions
	runs    map[int][]record.ImportedCall
}

func rustPassOf(at *place, f field) rustPass {
	o := f.object()
	at.checkModel(o.member("model"))
	p := rustPass{o.member("llm_calls"), o.member("configuration").options(), map[int][]record.ImportedCall{}}
	for _, element := range p.list.list("calls") {
		c := element.object()
		if n := c.member("run_number").needed(runNumber); n != nil {
			p.runs[int(*n)] = append(p.runs[int(*n)], call(c))
		}
	}
	return p
}

func (p rustPass) agent(n int, pass, label string) record.ImportedAgent {
	a := fromCalls(p.runs[n])
	a.Agent, a.Label, a.Pass, a.Options = collector, label, pass, p.options
	return a
}

// sameRuns complains of a pass that lacks runs of the other.
func sameRuns(p, other rustPass) {
	for _, n := range slices.Sorted(maps.Keys(other.runs)) {
		if len(p.runs[n]) == 0 && p.list.doc != nil {
			p.list.complain(fmt.Sprintf("calls of run %d, as in %s,", n, other.list.name), "none")
		}
	}
}

// call reads one request of a Rust file.
func call(o object) record.ImportedCall {
	m := o.member("metrics").object()
	return record.ImportedCall{
		Tokens:       whole(m.member("tokens_generated").needed(tokenCount)),
		Decode:       m.member("throughput_tokens_per_sec").number(rate),
		TTFTNS:       ms(m.member("ttft_ms").number(milliseconds)), // client clock, first text
		PromptEvalNS: ms(m.member("prompt_eval_duration_ms").number(milliseconds)),
		EvalNS:       ms(m.member("eval_duration_ms").number(milliseconds)),
		LoadNS:       ms(m.member("load_duration_ms").number(milliseconds)),
		TotalNS:      ms(m.member("total_duration_ms").number(milliseconds)),
	}
}

func calls(f field) []record.ImportedCall {
	var out []record.ImportedCall
	for _, element := range f.list("calls") {
		out = append(out, call(element.object()))
	}
	return out
}

// fromCalls adds up an agent's calls.
func fromCalls(calls []record.ImportedCall) record.ImportedAgent {
	if len(calls) == 0 {
		return record.ImportedAgent{}
	}
	n := len(calls)
	return record.ImportedAgent{
		Calls: calls, Requests: &n, Tokens: metric.Sum(calls, func(c record.ImportedCall) *int64 { return c.Tokens }),
		DecodeMean:   mean(calls, func(c record.ImportedCall) *float64 { return c.Decode }),
		TTFTNS:       mean(calls, func(c record.ImportedCall) *float64 { return c.TTFTNS }),
		TTFTServerNS: mean(calls, func(c record.ImportedCall) *float64 { return c.PromptEvalNS }),
		PromptEvalNS: metric.Sum(calls, func(c record.ImportedCall) *float64 { return c.PromptEvalNS }),
		EvalNS:       metric.Sum(calls, func(c record.ImportedCall) *float64 { return c.EvalNS }),
		LoadNS:       metric.Sum(calls, func(c record.ImportedCall) *float64 { return c.LoadNS }),
	}
}

func mean(calls []record.ImportedCall, of func(record.ImportedCall) *float64) *float64 {
	return times(metric.Sum(calls, of), 1/float64(len(calls)))
}

// whenAndWhere reads what a Rust file says of the time and the machine.
func whenAndWhere(f field) (started time.Time, e record.Environment) {
	if f.kind() != "an object" {
		return started, e // complained of where its calls were wanted
	}
	o := f.object()
	if s := o.member("system_info"); s.there() {
		info := s.object()
		e.OS, e.Arch = info.member("os").word(), info.member("arch").word()
	}
	stamp := o.member("timestamp")
	if text := stamp.word(); text != "" {
		var err error
		if started, err = time.Parse(time.RFC3339, text); err != nil {
			stamp.complain("a time such as 2025-11-26T23:44:19Z", text)
		}
	}
	return started, e
}
