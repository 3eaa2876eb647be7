package report

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// ttftMulti compares an agent alone with the same agent among others.
func (d drawer) ttftMulti() (plot.Figure, bool) {
	f := plot.Figure{ID: "ttft-multi", Section: table.SectionImbalance, Title: "Time to first token, alone and together"}
	return d.ttft(record.SuiteMulti, f)
}

// ttftSingle compares two sets of options.
func (d drawer) ttftSingle() (plot.Figure, bool) {
	f := plot.Figure{ID: "ttft-single", Section: table.SectionSingle, Title: "Time to first token, baseline and tuned"}
	return d.ttft(record.SuiteSingle, f)
}

// ttft is the distribution over calls: two lanes per model, runtime and place of
// the call in the agent's work. The axis may be logarithmic, because a model load
// or a queue makes some calls ten times longer than the rest. The box is the middle
// half of the calls and no interval: calls of one run are not independent.
func (d drawer) ttft(suite string, f plot.Figure) (plot.Figure, bool) {
	f.Caption = "Each mark is one call, the thick line the median, the shaded box the middle half. An agent's second prompt holds its first answer, so the calls are kept apart. Model loads inside the window are included by the client's clock; see cold-call under warnings."
	rows := d.ttftMeasured(suite)
	more, server := d.ttftStudied(suite)
	if server {
		f.Caption += " Where the files hold no client's time of the first token, the server's prompt_eval_duration is shown and the row says so: it leaves out model load, queue and transport, and is not the same quantity."
	}
	if len(rows) == 0 && suite == record.SuiteMulti {
		f.Title = "Time to first token, both agents at work"
	}
	rows = append(rows, more...)
	f.Body = plot.Strip{Axis: "TTFT, ms", Unit: "ms", Digits: 1, Zero: true, Log: true, Box: true, Rows: rows}
	return f, len(rows) > 0
}

// ttftMeasured takes the calls in twos: CallsByModel has both passes of a place,
// one after the other, the second maybe without calls.
func (d drawer) ttftMeasured(suite string) []plot.Row {
	var rows []plot.Row
	heading := ""
	calls := d.set.CallsByModel(suite)
	for i := 0; i+1 < len(calls); i += 2 {
		if h := title(d.set, calls[i].Group.First()); h != heading {
			heading = h
			rows = append(rows, plot.Row{Text: h})
		}
		rows = append(rows, plot.Row{Text: fmt.Sprintf("call %d", calls[i].Index+1), Series: []plot.Series{
			{Name: calls[i].Pass, Shape: plot.Ring, Sample: calls[i].TTFT.Scaled(1e-6)},
			{Name: calls[i+1].Pass, Sample: calls[i+1].TTFT.Scaled(1e-6)},
		}})
	}
	return rows
}

// ttftStudied is the same for another tool's runs, by the client's clock where
// their files have it and by the server's where not; then server is true.
func (d drawer) ttftStudied(suite string) (rows []plot.Row, server bool) {
	for _, g := range d.set.Groups(suite, metric.ByModel) {
		if measured(g) {
			continue
		}
		heading := title(d.set, g.First())
		more := perCall(g)
		if len(more) == 0 {
			more = perAgent(g)
			server = server || len(more) > 0
		}
		if len(more) > 0 {
			rows = append(append(rows, plot.Row{Text: heading}), more...)
		}
	}
	return rows, server
}

// studiedPasses are the passes of other tools' files, and their shapes.
var studiedPasses = []plot.Series{
	{Name: record.PassBaseline, Shape: plot.Ring},
	{Name: record.PassTuned, Shape: plot.Dot},
	{Name: record.PassConcurrent, Shape: plot.Dot},
}

// perCall is a row per place that calls have in their agent's work.
func perCall(g metric.Group) []plot.Row {
	most := 0
	eachAgent(g, "", func(a *record.ImportedAgent) { most = max(most, len(a.Calls)) })
	var rows []plot.Row
	for i := range most {
		rows = appendLanes(rows, g, fmt.Sprintf("call %d", i+1), func(a *record.ImportedAgent) *float64 {
			if i < len(a.Calls) {
				return a.Calls[i].TTFTNS
			}
			return nil
		})
	}
	return rows
}

// perAgent is a row of the servers' times, where files have only their means over
// an agent's calls. Means spread less than calls do, so these rows look calmer than
// those of other runtimes.
func perAgent(g metric.Group) []plot.Row {
	return appendLanes(nil, g, "server, mean of calls", func(a *record.ImportedAgent) *float64 { return a.TTFTServerNS })
}

// appendLanes adds a row with a lane for each kind of pass that has values.
func appendLanes(rows []plot.Row, g metric.Group, text string, of func(*record.ImportedAgent) *float64) []plot.Row {
	var series []plot.Series
	for _, s := range studiedPasses {
		var values []*float64
		eachAgent(g, s.Name, func(a *record.ImportedAgent) { values = append(values, inMS(of(a))) })
		s.Sample = stats.NewSample(values)
		series = append(series, s)
	}
	if series = withValues(series); len(series) > 0 {
		rows = append(rows, plot.Row{Text: text, Series: series})
	}
	return rows
}

// eachAgent visits the agents of a pass, or of all passes, in a group's runs.
func eachAgent(g metric.Group, pass string, visit func(*record.ImportedAgent)) {
	for _, r := range g.Rows {
		for i := range r.Run.Imported.Agents {
			if a := &r.Run.Imported.Agents[i]; pass == "" || a.Pass == pass {
				visit(a)
			}
		}
	}
}

// inMS multiplies, as the other figures do; metric.InMS divides, for the study's
// digits.
func inMS(ns *float64) *float64 {
	if ns == nil {
		return nil
	}
	ms := *ns * 1e-6
	return &ms
}
