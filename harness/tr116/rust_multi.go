package tr116

import (
	"github.com/chimeraforge/duet/harness/record"
)

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
