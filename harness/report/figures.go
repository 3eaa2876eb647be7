package report

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/report/plot"
)

const howDots = "Each dot is one run, the thick mark the median, the shaded bar its 95 % interval (from six runs on)."

// figures draws what a person looks for first.
func figures(set *analysis.Set) []plot.Figure {
	var out []plot.Figure
	if set.Has(metrics.SuiteMulti) {
		out = append(out, efficiency(set), rates(set), ttft(set, metrics.SuiteMulti))
	}
	if set.Has(metrics.SuiteSingle) {
		out = append(out, tuned(set), ttft(set, metrics.SuiteSingle))
	}
	for i := range out {
		out[i].Label = set.Label()
		out[i].Desc = out[i].Words()
	}
	return out
}

func efficiency(set *analysis.Set) plot.Figure {
	return plot.Figure{
		ID: "efficiency", Section: analysis.SectionMulti, Title: "Measured efficiency by cell",
		Caption: howDots + " Left of the first line a second agent makes the machine slower than taking turns; at the second it costs nothing." + newNames(set, metrics.SuiteMulti).common,
		Body: plot.Strip{
			Axis: "efficiency measured, %", Unit: "%", Zero: true, Digits: 1,
			Lines: []plot.Line{{At: 50, Text: "taking turns"}, {At: 100, Text: "two machines"}},
			Rows: cells(set, metrics.SuiteMulti, func(g analysis.Group) []plot.Series {
				return []plot.Series{{Sample: g.Sample(analysis.EfficiencyMeasured)}}
			}),
		},
	}
}

func rates(set *analysis.Set) plot.Figure {
	return plot.Figure{
		ID: "rates", Section: analysis.SectionMulti, Title: "Tokens per second: the pair against one agent at a time",
		Caption: howDots + " Rings: the agents one after the other. Dots: both at once. A second agent buys something where the dots lie right of the rings." + newNames(set, metrics.SuiteMulti).common,
		Body: plot.Strip{
			Axis: "aggregate rate, tok/s", Unit: "tok/s", Zero: true, Digits: 1,
			Rows: cells(set, metrics.SuiteMulti, func(g analysis.Group) []plot.Series {
				return []plot.Series{
					{Name: "one at a time", Shape: plot.Ring, Sample: g.Sample(analysis.SoloRate)},
					{Name: "together", Sample: g.Sample(analysis.PairRate)},
				}
			}),
		},
	}
}

func tuned(set *analysis.Set) plot.Figure {
	return plot.Figure{
		ID: "tuned", Section: analysis.SectionSingle, Title: "One agent: tuned over baseline decode rate",
		Caption: howDots + " Right of the line the tuned options are faster." + newNames(set, metrics.SuiteSingle).common,
		Body: plot.Strip{
			Axis: "tuned / baseline decode rate (server)", Digits: 3,
			Lines: []plot.Line{{At: 1, Text: "no difference"}},
			Rows: cells(set, metrics.SuiteSingle, func(g analysis.Group) []plot.Series {
				return []plot.Series{{Sample: g.Sample(analysis.TunedOverBaseline)}}
			}),
		},
	}
}

// ttft is the distribution over calls: two lanes per model, runtime and place of
// the call in the agent's work.
func ttft(set *analysis.Set, suite string) plot.Figure {
	f := plot.Figure{
		ID: "ttft-" + suite, Section: analysis.SectionImbalance, Title: "Time to first token, alone and together",
		Caption: "Each mark is one call, the thick mark the median, the shaded box the middle half. An agent's second prompt holds its first answer, so the calls are kept apart. Model loads inside the window are included; see cold-call under warnings.",
	}
	if suite == metrics.SuiteSingle {
		f.Title, f.Section = "Time to first token, baseline and tuned", analysis.SectionSingle
	}
	b := plot.Strip{Axis: "TTFT, ms", Unit: "ms", Zero: true, Log: true, Box: true, Digits: 1}
	heading := ""
	calls := set.CallsByModel(suite)
	for i := 0; i+1 < len(calls); i += 2 {
		if h := title(set, calls[i].Group.First()); h != heading {
			heading = h
			b.Rows = append(b.Rows, plot.Row{Text: h})
		}
		b.Rows = append(b.Rows, plot.Row{Text: fmt.Sprintf("call %d", calls[i].Index+1), Series: []plot.Series{
			{Name: calls[i].Pass, Shape: plot.Ring, Sample: calls[i].TTFT},
			{Name: calls[i+1].Pass, Sample: calls[i+1].TTFT},
		}})
	}
	f.Body = b
	return f
}

// cells makes a row per cell, under a heading per model and runtime.
func cells(set *analysis.Set, suite string, of func(analysis.Group) []plot.Series) []plot.Row {
	var rows []plot.Row
	var heading string
	n := newNames(set, suite)
	for _, g := range set.Groups(suite, analysis.ByCell) {
		r := g.First()
		if h := title(set, r); h != heading {
			heading = h
			rows = append(rows, plot.Row{Text: h})
		}
		rows = append(rows, plot.Row{Text: n.row(r), Series: of(g)})
	}
	return rows
}

// title is the heading over a model's rows.
func title(set *analysis.Set, r *metrics.Run) string {
	return where(set, r) + r.Cell.Model + " · " + r.Cell.Runtime
}

// where names session and backend in a set that mixes several.
func where(set *analysis.Set, r *metrics.Run) string {
	if !set.Mixed {
		return ""
	}
	return r.Session + " (" + r.Backend.Label() + ") · "
}
