package gate

import (
	"strings"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/table"
)

// Tables are the report for reading: what differs from the baseline, a verdict per
// rule, and the findings behind them; all of them, or those that do not pass.
func (r *Report) Tables(all bool) []table.Table {
	out := []table.Table{r.rules(), r.findings(all)}
	if r.Old != "" {
		out = append([]table.Table{r.environment()}, out...)
	}
	for i := range out {
		out[i].Label, out[i].Backend = r.Label, r.Backend
	}
	return out
}

func words(names ...string) []table.Column {
	var out []table.Column
	for _, n := range names {
		out = append(out, table.Column{Name: n, Text: true})
	}
	return out
}

func prose(name string) table.Column { return table.Column{Name: name, Text: true, Prose: true} }

func (r *Report) environment() table.Table {
	t := table.Table{
		ID: "gate_differences", Title: "What differs from the baseline", Columns: words("what", "baseline", "session"),
		Definition: "Facts of the environment that are not the same: look here first when a rule fails.",
		N:          compare.SayDifferences(r.Differences) + ".",
	}
	for _, d := range r.Differences {
		t.Rows = append(t.Rows, []table.Value{table.Text(d.Fact), table.TextOrAbsent(d.Old), table.TextOrAbsent(d.New)})
	}
	return t
}

func (r *Report) rules() table.Table {
	t := table.Table{
		ID: "gate_rules", Title: "Gate " + r.Gate + ": " + strings.ToUpper(string(r.Verdict)),
		Columns:    append(words("rule", "verdict"), table.Column{Group: "cells", Name: "pass"}, table.Column{Group: "cells", Name: "fail"}, table.Column{Group: "cells", Name: "inconclusive"}),
		Definition: "A rule passes where every cell of it does, fails where one fails, and is inconclusive otherwise.",
		N:          "Cells and metrics of the rule.",
		Notes:      r.Notes,
	}
	for _, result := range r.Results {
		t.Rows = append(t.Rows, []table.Value{table.Text(result.Rule), table.Text(string(result.Verdict)),
			table.Count(result.Count(Pass)), table.Count(result.Count(Fail)), table.Count(result.Count(Inconclusive))})
	}
	return t
}

func (r *Report) findings(all bool) table.Table {
	t := table.Table{
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
				t.Rows = append(t.Rows, []table.Value{table.Text(string(f.Verdict)), table.Text(f.Metric),
					table.Text(f.Cell), table.Text(f.Seen), table.Text(f.Takes)})
			}
		}
	}
	return t
}
