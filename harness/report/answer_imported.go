package report

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// quantity is a number of a run.
type quantity func(*metric.Row) *float64

var (
	published quantity = func(r *metric.Row) *float64 { return r.S.Efficiency }
	server    quantity = func(r *metric.Row) *float64 { return r.D.EfficiencyServer }
	client    quantity = func(r *metric.Row) *float64 { return r.D.EfficiencyClient }
	together  quantity = func(r *metric.Row) *float64 { return r.TogetherOverSolo }
)

// importedFindings are the sentences about runs without a solo pass: what the
// pair gave by estimate, what was published, and what one formula for all gives.
func importedFindings(set *metric.Set) []string {
	var out []string
	if runtimes := set.Groups(record.SuiteMulti, metric.ByRuntime); len(runtimes) > 0 {
		out = append(out, estimated(runtimes)...)
		out = append(out, publishedAs(runtimes)...)
		out = append(out, oneFormula(runtimes)...)
	}
	for _, g := range set.Groups(record.SuiteSingle, func(*record.Run) record.Cell { return record.Cell{} }) {
		cells := set.Groups(record.SuiteSingle, metric.ByCell)
		out = append(append(out, tuning(g, len(cells))...), differences(cells)...)
	}
	return out
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
		fmt.Sprintf("In %d of %d runs two agents together gave fewer tokens per second than one agent alone decodes: %s of it in the mean.", below, n, each(runtimes, together, 2, "")),
		"That ratio is an estimate: nobody measured the agents alone in the same session, single-agent and dual-agent cells differ in prompt and options, and a decode rate leaves prompt time out.",
	}
}

// publishedAs gives the study's headline with the formula behind each number.
func publishedAs(runtimes []metric.Group) []string {
	said := each(runtimes, published, 2, " %")
	if said == "" {
		return nil
	}
	formulas := map[bool]bool{}
	for _, g := range runtimes {
		formulas[metric.ServerFormula(g.First().Cell.Runtime)] = true
	}
	out := "Efficiency as published: " + said + " in the mean."
	if len(formulas) > 1 {
		out += " The first formula divides the server's busy time by the wall time (Python), the other the client's (every other runtime): these numbers cannot be compared."
	}
	return []string{out}
}

// oneFormula gives both of the study's formulas for all runs.
func oneFormula(runtimes []metric.Group) []string {
	s, c := each(runtimes, server, 2, " %"), each(runtimes, client, 2, " %")
	if s == "" || c == "" {
		return nil
	}
	return []string{fmt.Sprintf("With one formula for all runs: server %s%s; client %s%s. Neither can see contention: both stay near 100 %% while the agents start and end together, however slow they are.",
		s, gap(runtimes, server), c, gap(runtimes, client))}
}

// each lists a quantity's mean by runtime; "" when there is none.
func each(runtimes []metric.Group, of quantity, digits int, unit string) string {
	var said []string
	for _, g := range runtimes {
		if m := g.Sample(of).Mean(); m != nil {
			said = append(said, fmt.Sprintf("%s %.*f%s", g.First().Cell.Runtime, digits, *m, unit))
		}
	}
	return strings.Join(said, ", ")
}

// gap is the difference of two runtimes' means; of more there is no one gap.
func gap(runtimes []metric.Group, of quantity) string {
	if len(runtimes) != 2 {
		return ""
	}
	a, b := runtimes[0].Sample(of).Mean(), runtimes[1].Sample(of).Mean()
	if a == nil || b == nil {
		return ""
	}
	return fmt.Sprintf(" (gap %.1f points)", max(*a-*b, *b-*a))
}
