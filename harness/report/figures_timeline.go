package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// timeline shows one run as it went: each agent alone, then all together. It is
// there to be understood, not to prove anything: one run has no spread.
func (d drawer) timeline() (plot.Figure, bool) {
	row := d.typical()
	if row == nil {
		return plot.Figure{}, false
	}
	r := row.Run
	t := plot.Timeline{Axis: "seconds after the pass began", Digits: 3, Rows: tracks(r)}
	if r.Backend.Simulated {
		t.Axis = "simulated seconds after the pass began"
	}
	if s := takingTurns(r); s > 0 {
		t.Lines = []plot.Line{{At: s, Text: "one after the other"}}
	}
	both := crowdOf([]*metric.Row{row}).pick("both", "all")
	return plot.Figure{
		ID: "timeline", Section: table.SectionMulti, Title: "One run as it went: each agent alone, then " + both + " together",
		Caption: fmt.Sprintf("%s%s · %s, run %d%s. A band is a call, a thin line the arrival of a chunk of text, the mark the first text. Each pass begins at 0. Where %s agents together end before the dashed line, running them together was quicker than one after the other.",
			where(d.set, r), title(d.set, r), r.Cell.Scenario(), r.RunNumber, nearest(row), both),
		Body: t,
	}, true
}

// nearest says why it is this run, so that nobody takes it for the best one.
func nearest(row *metric.Row) string {
	if s := row.D.Get("speedup_measured"); s != nil {
		return fmt.Sprintf(", the one nearest the median speedup measured (its own is %.2f)", *s)
	}
	return ""
}

// typical is the run with chunk stamps whose speedup lies nearest the median of
// such runs; the first where several do, or where none has a speedup. The median is
// over all cells, so the run is typical of the set and may be of an odd cell.
func (d drawer) typical() *metric.Row {
	var rows []*metric.Row
	var speedups []*float64
	for i := range d.set.Rows {
		if r := d.set.Rows[i]; r.Run.OK() && stamped(r.Run) {
			rows = append(rows, r)
			speedups = append(speedups, r.D.Get("speedup_measured"))
		}
	}
	median := stats.NewSample(speedups).Percentile(50)
	var best *metric.Row
	for _, r := range rows {
		if best == nil || median != nil && cmp.Less(off(r, *median), off(best, *median)) {
			best = r
		}
	}
	return best
}

// off is how far a run lies from the median; without a speedup, farther than any.
func off(r *metric.Row, median float64) float64 {
	if s := r.D.Get("speedup_measured"); s != nil {
		return math.Abs(*s - median)
	}
	return math.Inf(1)
}

// stamped reports whether a run holds chunk arrivals of agents together.
func stamped(r *record.Run) bool {
	for _, p := range r.Passes {
		for _, c := range p.Calls {
			if p.Kind == record.PassConcurrent && len(c.DeltasNS) > 0 {
				return true
			}
		}
	}
	return false
}

// takingTurns is the seconds that the solo passes took together: what the agents
// would have needed one after the other, without the pauses between passes.
func takingTurns(r *record.Run) float64 {
	var s float64
	for i := range r.Passes {
		if p := &r.Passes[i]; p.Kind == record.PassSolo {
			s += float64(p.WallNS()) * 1e-9
		}
	}
	return s
}

// tracks are the agents alone and then together, each in the run's order of agents,
// in whatever order the passes ran: the eye compares the two halves, and which pass
// was first is not the question.
func tracks(r *record.Run) []plot.Track {
	var out []plot.Track
	for _, kind := range []string{record.PassSolo, record.PassConcurrent} {
		for shape, a := range r.Agents {
			for i := range r.Passes {
				if p := &r.Passes[i]; p.Kind == kind && slices.Contains(p.Agents, a.ID) {
					out = append(out, track(p, a.ID, plot.Shape(shape%plot.Shapes)))
				}
			}
		}
	}
	return out
}

// track is one agent in one pass. Its value is the end of its last call, which is
// what wall times are made of.
func track(p *record.Pass, agent string, shape plot.Shape) plot.Track {
	t := plot.Track{Text: agent + " together", Name: agent, Shape: shape, Calls: spans(p, agent)}
	if p.Kind == record.PassSolo {
		t.Text = agent + " alone"
	}
	if n := len(t.Calls); n > 0 {
		t.Value = fmt.Sprintf("%.2f s", t.Calls[n-1].To)
	}
	return t
}

// spans are an agent's calls on the clock of the pass. Chunks are recorded as steps
// from the request on, so they are added up.
func spans(p *record.Pass, agent string) []plot.Span {
	var out []plot.Span
	for i := range p.Calls {
		c := &p.Calls[i]
		if c.Agent != agent {
			continue
		}
		s := plot.Span{From: since(p, c.RequestNS), To: since(p, c.EndNS)}
		if c.FirstNS != nil {
			at := since(p, *c.FirstNS)
			s.First = &at
		}
		// The first step is from the request on, the others from chunk to chunk.
		at := c.RequestNS
		for _, d := range c.DeltasNS {
			at += d
			s.Chunks = append(s.Chunks, since(p, at))
		}
		out = append(out, s)
	}
	return out
}

// since is the seconds from a pass's gun to a stamp.
func since(p *record.Pass, at int64) float64 { return (float64(at) - float64(p.GunNS)) * 1e-9 }
