package tr116

import (
	"fmt"
	"maps"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

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
