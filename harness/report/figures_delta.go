package report

import (
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

// Clocks by which a TTFT was taken.
const (
	byClient = "TTFT by the client"
	byServer = "TTFT by the server"
)

// deltas shows whether the agent that is faster is also the one that starts
// earlier. A panel has one runtime, and one clock: the server's TTFT is the time on
// the prompt alone, without queue and load, so marks by two clocks in one panel
// would lie apart for that.
//
// Deltas have a sign, and so are of the study's two agents only. Two agents with
// unequal work lie off the cross although each was served alike.
func (d drawer) deltas() (plot.Figure, bool) {
	f := plot.Figure{
		ID: "deltas", Section: table.SectionImbalance, Title: "Imbalance: throughput delta against TTFT delta",
		Caption: "Each mark is one run; both deltas are insight − collector in every runtime, and two equal agents lie where the dashed lines cross. Right: insight decodes faster. Up: insight waits longer for its first token." + d.multi.names.common,
	}
	s := newScatter()
	clocks := map[string]bool{}
	for _, r := range d.set.Rows {
		ttft, clock := ttftDelta(r)
		if !r.Run.OK() || r.D.Get("throughput_delta") == nil || ttft == nil {
			continue
		}
		clocks[clock] = true
		s.add(where(d.set, r.Run)+r.Run.Cell.Runtime()+" · "+clock, r.Run.Cell.Scenario(), plot.Point{X: *r.D.Get("throughput_delta"), Y: *ttft})
	}
	if clocks[byServer] {
		f.Caption += " By the server means the difference of prompt_eval_duration, where the files hold no client's time of the first token."
	}
	f.Body = plot.Chart{
		X: plot.Quantity{Name: "throughput delta, tok/s", Digits: 1, Signed: true},
		Y: plot.Quantity{Name: "TTFT delta, ms", Digits: 1, Signed: true, Own: len(clocks) > 1}, Height: 240,
		Panels: s.panels, Levels: []plot.Line{{At: 0}}, Upright: []plot.Line{{At: 0}},
	}
	return f, len(s.panels) > 0
}

// ttftDelta is insight − collector in milliseconds: by the client's clock, and
// where that was not read, by the server's.
func ttftDelta(r *metric.Row) (*float64, string) {
	if d := r.D.Get("ttft_delta_ns"); d != nil {
		ms := *d * 1e-6
		return &ms, byClient
	}
	c, i := concurrent(r, metric.Collector), concurrent(r, metric.Insight)
	if c.Get("ttft_server_ns") == nil || i.Get("ttft_server_ns") == nil {
		return nil, byServer
	}
	ms := (*i.Get("ttft_server_ns") - *c.Get("ttft_server_ns")) * 1e-6
	return &ms, byServer
}

// concurrent is an agent's numbers in the concurrent pass.
func concurrent(r *metric.Row, agent string) record.AgentDerived {
	for _, a := range r.D.Agents {
		if a.Agent == agent && a.Pass == record.PassConcurrent {
			return a
		}
	}
	return record.AgentDerived{}
}
