package gate

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/compare"
)

// Verdict is what a rule comes to.
type Verdict string

// Verdicts.
const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	Inconclusive Verdict = "inconclusive"
)

// worst is the order of verdicts: one cell that fails, fails the rule.
var worst = map[Verdict]int{Pass: 0, Inconclusive: 1, Fail: 2}

// Report is the verdict over a session.
type Report struct {
	Gate        string // of the config
	New, Old    string // names of the sides; Old is "" where there is no baseline
	Label       string
	Backend     string
	Verdict     Verdict
	Results     []Result
	Notes       []string // sentences
	Differences []compare.Difference
}

// Result is one rule's verdict, and how its cells came to it.
type Result struct {
	Rule     string
	Verdict  Verdict
	Findings []Finding
}

// Finding is one metric of one cell under a rule.
type Finding struct {
	Cell    string
	Metric  string
	Verdict Verdict
	Seen    string // the figures, and what decided
	Takes   string // of an inconclusive one: what it would take
	Rounds  int    // of Takes: how many on each side, about; 0 where rounds do not help
}

func newReport(c Config, in Input) *Report {
	r := &Report{Gate: c.Name, New: in.New.Name, Label: in.New.Label, Backend: in.New.Backend}
	if in.Old != nil {
		r.Old = in.Old.Name
		r.Differences = compare.New(in.Old, in.New).Differences
	}
	return r
}

func (r *Result) conclude() {
	r.Verdict = Pass
	for _, f := range r.Findings {
		if worst[f.Verdict] > worst[r.Verdict] {
			r.Verdict = f.Verdict
		}
	}
}

// conclude adds what no rule says and a reader must know.
func (r *Report) conclude(c Config, in Input) {
	r.Verdict = Pass
	for _, result := range r.Results {
		if worst[result.Verdict] > worst[r.Verdict] {
			r.Verdict = result.Verdict
		}
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
	for i := range c.Rules {
		for _, m := range c.Rules[i].Metrics {
			if m == metric {
				return true
			}
		}
	}
	return false
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
