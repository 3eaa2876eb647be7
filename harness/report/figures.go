package report

import (
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
	"github.com/chimeraforge/duet/harness/table"
)

// howDots explains the strips. With fewer than six runs there is no bar, and the
// eye takes the marks for the whole truth: the caption says from when on there is
// one.
const howDots = "Each mark is one run, the thick line the median, the shaded bar its 95 % interval (from six runs on)."

// figures draws what a person looks for first. A figure without a value is not
// drawn: what a set has not, tables say. Each carries the set's label, since
// figures are copied out of reports, and its numbers in words.
func figures(set *metric.Set) []plot.Figure {
	d := newDrawer(set)
	var out []plot.Figure
	for _, draw := range []func() (plot.Figure, bool){
		d.efficiency, d.efficiencyStudied, d.speedup, d.rates, d.pairAgainstSolo, d.togetherOverSolo, d.timeline,
		d.ttftMulti, d.deltas, d.stability, d.stabilityStudied, d.tuned, d.ttftSingle,
	} {
		if f, ok := draw(); ok {
			f.Label = set.Label()
			f.Desc = f.Words()
			out = append(out, f)
		}
	}
	return out
}

// drawer is a set's cells, grouped once for all figures.
type drawer struct {
	set           *metric.Set
	multi, single suite
	crowd         crowd // of the measured cells
}

// suite is the cells of one suite and what tells them apart.
type suite struct {
	set   *metric.Set
	cells []metric.Group
	names names
}

// newDrawer groups the set's runs.
func newDrawer(set *metric.Set) drawer {
	of := func(s string) suite {
		return suite{set, set.Groups(s, metric.ByCell), newNames(set, s)}
	}
	return drawer{set, of(record.SuiteMulti), of(record.SuiteSingle), crowdOf(set.Rows)}
}

// measured reports whether duet measured a group itself.
func measured(g metric.Group) bool { return !g.Imported() }

// studied reports whether a group comes from another tool's files, which have
// no solo pass.
func studied(g metric.Group) bool { return !measured(g) }

// strip is a row per cell that keep wants, under a heading per model and runtime,
// with the lanes that have values. It is a row per cell and not per model, because
// a mark is a repetition: over several cells the spread of marks would be that of
// the cells.
func (s suite) strip(keep func(metric.Group) bool, lanes func(metric.Group) []plot.Series) []plot.Row {
	var rows []plot.Row
	var heading string
	for _, g := range s.cells {
		if !keep(g) {
			continue
		}
		series := withValues(lanes(g))
		if len(series) == 0 {
			continue
		}
		r := g.First()
		if h := title(s.set, r); h != heading {
			heading = h
			rows = append(rows, plot.Row{Text: h})
		}
		rows = append(rows, plot.Row{Text: s.names.row(r), Series: series})
	}
	return rows
}

// figure is a strip of the suite's cells. One without rows is not drawn.
func (s suite) figure(f plot.Figure, keep func(metric.Group) bool, lanes func(metric.Group) []plot.Series, body plot.Strip) (plot.Figure, bool) {
	f.Caption = howDots + " " + f.Caption + s.names.common
	body.Rows = s.strip(keep, lanes)
	f.Body = body
	return f, len(body.Rows) > 0
}

// withValues leaves out empty lanes. A lane without marks looks like a value of 0.
func withValues(series []plot.Series) []plot.Series {
	var out []plot.Series
	for _, s := range series {
		if s.Sample.N() > 0 {
			out = append(out, s)
		}
	}
	return out
}

// one is a lane of one quantity.
func one(of func(*metric.Row) *float64) func(metric.Group) []plot.Series {
	return func(g metric.Group) []plot.Series { return []plot.Series{{Sample: g.Sample(of)}} }
}

// title is the heading over a model's rows.
func title(set *metric.Set, r *record.Run) string {
	return where(set, r) + r.Cell.Model() + " · " + r.Cell.Runtime()
}

// where names session and backend in a set that mixes several.
func where(set *metric.Set, r *record.Run) string {
	if !set.Mixed {
		return ""
	}
	return r.Session + " (" + r.Label() + ") · "
}

// scatter collects points into panels and series, in the order of their coming.
// A series' name has one shape in all panels.
type scatter struct {
	panels []plot.Panel
	panel  map[string]int
	series map[[2]string]int
	shape  map[string]plot.Shape
	joined bool
}

// newScatter is an empty one.
func newScatter() *scatter {
	return &scatter{panel: map[string]int{}, series: map[[2]string]int{}, shape: map[string]plot.Shape{}}
}

// add puts a point where it belongs, and makes panel and series when they first
// come.
func (s *scatter) add(panel, series string, p plot.Point) {
	i, ok := s.panel[panel]
	if !ok {
		i, s.panels = len(s.panels), append(s.panels, plot.Panel{Text: panel})
		s.panel[panel] = i
	}
	of := &s.panels[i]
	k, ok := s.series[[2]string{panel, series}]
	if !ok {
		k, of.Series = len(of.Series), append(of.Series, plot.Points{Name: series, Shape: s.shapeOf(series), Joined: s.joined})
		s.series[[2]string{panel, series}] = k
	}
	of.Series[k].At = append(of.Series[k].At, p)
}

// shapeOf is a series' shape. Shapes come round again when there are more series
// than shapes, so seriesName and crowded group until there are not.
func (s *scatter) shapeOf(series string) plot.Shape {
	shape, ok := s.shape[series]
	if !ok {
		shape = plot.Shape(len(s.shape) % plot.Shapes)
		s.shape[series] = shape
	}
	return shape
}

// seriesName names runs by runtime and scenario, or by scenario alone where
// there are more of both together than shapes.
func (s suite) seriesName() func(*record.Run) string {
	found, runtimes := map[string]bool{}, map[string]bool{}
	for _, g := range s.cells {
		c := g.First().Cell
		found[c.Runtime()+" "+c.Scenario()], runtimes[c.Runtime()] = true, true
	}
	if len(runtimes) < 2 || len(found) > plot.Shapes {
		return func(r *record.Run) string { return r.Cell.Scenario() }
	}
	return func(r *record.Run) string { return r.Cell.Runtime() + " · " + r.Cell.Scenario() }
}

// bare is a prefix without its separator.
func bare(prefix string) string { return strings.TrimSuffix(prefix, " · ") }

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
