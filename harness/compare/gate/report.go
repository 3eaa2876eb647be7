package gate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/table"
)

// Verdict is what a rule comes to.
type Verdict string

// Verdicts.
const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	Inconclusive Verdict = "inconclusive"
)

// and is the verdict of two: one cell that fails, fails the rule.
func (v Verdict) and(other Verdict) Verdict {
	order := []Verdict{Pass, Inconclusive, Fail}
	return order[max(slices.Index(order, v), slices.Index(order, other))]
}

// Report is the verdict over a session.
type Report struct {
	Gate        string               `json:"gate"` // of the config
	New         string               `json:"new"`  // names of the sides
	Old         string               `json:"baseline,omitempty"`
	Label       string               `json:"label,omitempty"`
	Backend     string               `json:"backend,omitempty"`
	Verdict     Verdict              `json:"verdict"`
	Results     []Result             `json:"rules"`
	Notes       []string             `json:"notes"` // sentences
	Differences []compare.Difference `json:"-"`
}

// Result is one rule's verdict, and how its cells came to it.
type Result struct {
	Rule     string    `json:"rule"`
	Verdict  Verdict   `json:"verdict"`
	Findings []Finding `json:"findings"`
}

// Finding is one metric of one cell under a rule.
type Finding struct {
	Cell    string  `json:"cell"`
	Metric  string  `json:"metric"`
	Verdict Verdict `json:"verdict"`
	Seen    string  `json:"seen"`             // the figures, and what decided
	Takes   string  `json:"takes,omitempty"`  // of an inconclusive one: what it would take
	Rounds  int     `json:"rounds,omitempty"` // of Takes: how many on each side, about; 0 where rounds do not help
}

func newReport(c Config, in Input) *Report {
	r := &Report{Gate: c.Name, New: in.New.Name, Label: in.New.Label, Backend: in.New.Backend, Verdict: Pass, Notes: []string{}}
	if in.Old != nil {
		r.Old = in.Old.Name
		r.Differences = compare.New(in.Old, in.New).Differences
	}
	return r
}

// conclude adds what no rule says and a reader must know.
func (r *Report) conclude(c Config, in Input) {
	for _, result := range r.Results {
		r.Verdict = r.Verdict.and(result.Verdict)
	}
	if lacks := in.New.Missing; len(lacks) > 0 {
		r.Verdict = r.Verdict.and(Inconclusive)
		var what []string
		for _, m := range lacks[:min(3, len(lacks))] {
			what = append(what, m.String())
		}
		if more := len(lacks) - len(what); more > 0 {
			what = append(what, fmt.Sprintf("and %d more", more))
		}
		r.Notes = append(r.Notes, fmt.Sprintf("Not all that was asked for was measured: %s. What is missing passes nothing; finish the session by the same command.", strings.Join(what, ", ")))
	}
	failed := 0
	for _, cell := range in.New.Cells {
		failed += cell.Failed
	}
	if failed > 0 && !c.limits(FailureRate) {
		r.Notes = append(r.Notes, fmt.Sprintf("%d runs failed, and no rule limits %s.", failed, FailureRate))
	}
	if in.New.Text {
		r.Notes = append(r.Notes, "Benchmark lines do not tell which runs failed or are invalid.")
	}
	if in.Old == nil || !c.Relative() {
		return
	}
	if in.Old.Backend == "" {
		r.Notes = append(r.Notes, "Neither side says on which backend it was measured.")
	}
	if models := in.unknown(); len(models) > 0 || in.New.Text && in.Old.Text {
		r.Notes = append(r.Notes, strings.TrimSuffix("The digests of the models were not compared, since a side does not say them: "+strings.Join(models, ", "), ": ")+".")
	}
}

func (c *Config) limits(metric string) bool {
	return slices.ContainsFunc(c.Rules, func(r Rule) bool { return slices.Contains(r.Metrics, metric) })
}

// Count is the number of a rule's findings with a verdict.
func (r *Result) Count(v Verdict) int {
	n := 0
	for _, f := range r.Findings {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

// Banner is the verdict in a line.
func (r *Report) Banner() string {
	s := fmt.Sprintf("gate %s on %s: %s", r.Gate, r.New, strings.ToUpper(string(r.Verdict)))
	if r.Old != "" {
		s += ", against " + r.Old
	}
	if r.Label != "" {
		s += " – " + r.Label
	}
	return s
}

// Lines are the report for a log: one line a rule, one for each finding that does
// not pass, then the notes.
func (r *Report) Lines() []string {
	var out []string
	for _, result := range r.Results {
		out = append(out, fmt.Sprintf("%s: %s (%d pass, %d fail, %d inconclusive)", strings.ToUpper(string(result.Verdict)), result.Rule,
			result.Count(Pass), result.Count(Fail), result.Count(Inconclusive)))
		for _, f := range result.Findings {
			if f.Verdict != Pass {
				out = append(out, "  "+f.String())
			}
		}
	}
	return append(out, r.Notes...)
}

// String is the finding on one line.
func (f Finding) String() string {
	s := fmt.Sprintf("%s: %s %s: %s", f.Verdict, f.Cell, f.Metric, f.Seen)
	if f.Takes != "" {
		s += "; it would take " + f.Takes
	}
	return s
}

// Tables are the report for reading: what differs from the baseline, a verdict per
// rule, and the findings behind them; all of them, or those that do not pass.
func (r *Report) Tables(all bool) []table.Table {
	out := []table.Table{r.rules(), r.findings(all)}
	if r.Old != "" {
		out = slices.Insert(out, 0, compare.DifferencesTable(r.Differences, table.Table{
			ID: "gate_differences", Title: "What differs from the baseline", Columns: words("what", "baseline", "session"),
			Definition: "Facts of the environment that are not the same: look here first when a rule fails.",
			N:          compare.SayDifferences(r.Differences) + ".",
		}))
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
		Columns:    append(words("verdict", "metric", "cell"), table.Column{Name: "seen", Text: true, Prose: true}, table.Column{Name: "it would take", Text: true, Prose: true}),
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

// Schema names the version of a report's JSON.
const Schema = "duet.gate/1"

// MarshalJSON writes the report as duet.gate/1.
func (r *Report) MarshalJSON() ([]byte, error) {
	type fields Report
	d := struct {
		Schema string `json:"schema"`
		*fields
		Differences any `json:"differences,omitempty"`
	}{Schema: Schema, fields: (*fields)(r)}
	if r.Old != "" {
		d.Differences = r.Differences
	}
	return json.Marshal(d)
}
