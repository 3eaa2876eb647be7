package gate

import (
	"strings"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/analysis/compare"
)

// Tables are the report for reading: what differs from the baseline, a verdict per
// rule, and the findings behind them; all of them, or those that do not pass.
func (r *Report) Tables(all bool) []analysis.Table {
	out := []analysis.Table{r.rules(), r.findings(all)}
	if r.Old != "" {
		out = append([]analysis.Table{r.environment()}, out...)
	}
	for i := range out {
		out[i].Label, out[i].Backend = r.Label, r.Backend
	}
	return out
}

func words(names ...string) []analysis.Column {
	var out []analysis.Column
	for _, n := range names {
		out = append(out, analysis.Column{Name: n, Text: true})
	}
	return out
}

func prose(name string) analysis.Column { return analysis.Column{Name: name, Text: true, Prose: true} }

func (r *Report) environment() analysis.Table {
	t := analysis.Table{
		ID: "gate_differences", Title: "What differs from the baseline", Columns: words("what", "baseline", "session"),
		Definition: "Facts of the environment that are not the same: look here first when a rule fails.",
		N:          compare.SayDifferences(r.Differences) + ".",
	}
	for _, d := range r.Differences {
		t.Rows = append(t.Rows, []analysis.Value{analysis.Text(d.Fact), analysis.TextOrAbsent(d.Old), analysis.TextOrAbsent(d.New)})
	}
	return t
}

func (r *Report) rules() analysis.Table {
	t := analysis.Table{
		ID: "gate_rules", Title: "Gate " + r.Gate + ": " + strings.ToUpper(string(r.Verdict)),
		Columns:    append(words("rule", "verdict"), analysis.Column{Group: "cells", Name: "pass"}, analysis.Column{Group: "cells", Name: "fail"}, analysis.Column{Group: "cells", Name: "inconclusive"}),
		Definition: "A rule passes where every cell of it does, fails where one fails, and is inconclusive otherwise.",
		N:          "Cells and metrics of the rule.",
		Notes:      r.Notes,
	}
	for _, result := range r.Results {
		t.Rows = append(t.Rows, []analysis.Value{analysis.Text(result.Rule), analysis.Text(string(result.Verdict)),
			analysis.Count(result.Count(Pass)), analysis.Count(result.Count(Fail)), analysis.Count(result.Count(Inconclusive))})
	}
	return t
}

func (r *Report) findings(all bool) analysis.Table {
	t := analysis.Table{
		ID: "gate_findings", Title: "What the verdicts rest on",
		Columns:    append(words("verdict", "metric", "cell"), prose("seen"), prose("it would take")),
		Definition: "Medians with their 95 % intervals; changes of medians against the baseline with Holm's p over the cells of the rule.",
		N:          "One row per cell, metric and limit.",
	}
	if !all {
		t.Title += ": what does not pass"
	}
	for _, result := range r.Results {
		for _, f := range result.Findings {
			if all || f.Verdict != Pass {
				t.Rows = append(t.Rows, []analysis.Value{analysis.Text(string(f.Verdict)), analysis.Text(f.Metric),
					analysis.Text(f.Cell), analysis.Text(f.Seen), analysis.Text(f.Takes)})
			}
		}
	}
	return t
}
