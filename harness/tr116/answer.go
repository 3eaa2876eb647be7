package tr116

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// reading is how to read a report of the study's runs.
var reading = []string{
	"Another tool measured these runs; duet reads its files and computes from what they contain. No agent was measured alone in the same session, so there is no efficiency measured.",
	"Tables called \"as the study has it\" use the study's own formulas, which differ by runtime: for Python Σ (prompt_eval + eval duration) / wall, for every other one Σ agent wall / wall. Both divide busy time by wall time, so they stay near 100 % whenever the agents start and end together, however slowly.",
	"Together over solo sets the pair's tokens per wall second against the decode rate of one agent in the single-agent runs. Below 1, two agents gave less than one alone decodes. It is an estimate: prompts and options differ, and a decode rate leaves prompt time out.",
}

func byServer(r *metric.Row) *float64 { return r.D.Get("efficiency_server") }
func byClient(r *metric.Row) *float64 { return r.D.Get("efficiency_client") }
func together(r *metric.Row) *float64 { return r.TogetherOverSolo }

// answer is the sentences about pairs without a solo pass: what the pair gave by
// estimate, what was published, and what one formula for all gives.
func answer(set *metric.Set) []string {
	runtimes := set.Groups(record.SuiteMulti, metric.ByRuntime)
	if len(runtimes) == 0 {
		return nil
	}
	return append(append(estimated(runtimes), publishedAs(runtimes)...), oneFormulaForAll(runtimes)...)
}

// estimated says how the pair compares with one agent alone, which is all that
// can be said without a solo pass.
func estimated(runtimes []metric.Group) []string {
	var below, n int
	for _, g := range runtimes {
		for _, v := range g.Sample(together).Values {
			n++
			if v < 1 {
				below++
			}
		}
	}
	if n == 0 {
		return []string{"No run has a solo pass, and no single-agent run stands beside it: nothing can be said about two agents against one."}
	}
	return []string{
		fmt.Sprintf("In %d of %d runs two agents together gave fewer tokens per second than one agent alone decodes: %s of it in the mean.", below, n, meansOf(runtimes, together, 2, "")),
		"That ratio is an estimate: nobody measured the agents alone in the same session, single-agent and dual-agent cells differ in prompt and options, and a decode rate leaves prompt time out.",
	}
}

// publishedAs gives the study's headline with the formula behind each number.
func publishedAs(runtimes []metric.Group) []string {
	said := meansOf(runtimes, efficiency, 2, " %")
	if said == "" {
		return nil
	}
	formulas := map[string]bool{}
	for _, g := range runtimes {
		for _, r := range g.Rows {
			formulas[r.S.Formula] = true
		}
	}
	out := "Efficiency as published: " + said + " in the mean."
	if len(formulas) > 1 {
		out += " The first formula divides the server's busy time by the wall time (Python), the other the client's (every other runtime): these numbers cannot be compared."
	}
	return []string{out}
}

// oneFormulaForAll gives both of the study's formulas for all runs.
func oneFormulaForAll(runtimes []metric.Group) []string {
	s, c := meansOf(runtimes, byServer, 2, " %"), meansOf(runtimes, byClient, 2, " %")
	if s == "" || c == "" {
		return nil
	}
	return []string{fmt.Sprintf("With one formula for all runs: server %s%s; client %s%s. Neither can see contention: both stay near 100 %% while the agents start and end together, however slow they are.",
		s, gapOf(runtimes, byServer), c, gapOf(runtimes, byClient))}
}

// meansOf lists a quantity's mean by runtime; "" when there is none.
func meansOf(runtimes []metric.Group, of func(*metric.Row) *float64, digits int, unit string) string {
	var said []string
	for _, g := range runtimes {
		if m := g.Sample(of).Mean(); m != nil {
			said = append(said, fmt.Sprintf("%s %.*f%s", g.First().Cell.Runtime(), digits, *m, unit))
		}
	}
	return strings.Join(said, ", ")
}

// gapOf is the difference of two runtimes' means; of more there is no one gap.
func gapOf(runtimes []metric.Group, of func(*metric.Row) *float64) string {
	if len(runtimes) != 2 {
		return ""
	}
	a, b := runtimes[0].Sample(of).Mean(), runtimes[1].Sample(of).Mean()
	if a == nil || b == nil {
		return ""
	}
	return fmt.Sprintf(" (gap %.1f points)", max(*a-*b, *b-*a))
}
