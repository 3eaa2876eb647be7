package tr116

import (
	"fmt"
	"maps"
	"slices"

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
