package selftest

import (
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/table"
)

// quantity is one thing that is set beside its truth.
type quantity struct {
	name, unit string
	decimals   int
	rank       int
	scale      float64 // from what Quantities has to the unit
	of         func(*Quantities) *float64
}

func count(n int) *float64 { return new(float64(n)) }

// quantities of a table, in its order.
var columns = []quantity{
	{"chunks", "", 0, 0, 1, func(q *Quantities) *float64 { return count(q.Chunks) }},
	{"failed", "calls", 0, 0, 1, func(q *Quantities) *float64 { return count(q.Failed) }},
	{"TTFT", "ms", 2, 0, 1e-6, func(q *Quantities) *float64 { return q.TTFT }},
	{"decode rate", "tok/s", 2, 0, 1, func(q *Quantities) *float64 { return q.Rate }},
	{"wall", "ms", 2, 0, 1e-6, func(q *Quantities) *float64 { return q.Wall }},
	{"speedup", "", 3, 0, 1, func(q *Quantities) *float64 { return q.Speedup }},
	{"gap p50", "ms", 2, 0, 1e-6, func(q *Quantities) *float64 { return q.GapP50 }},
	{"gap p90", "ms", 2, 1, 1e-6, func(q *Quantities) *float64 { return q.GapP90 }},
	{"gap p99", "ms", 2, 0, 1e-6, func(q *Quantities) *float64 { return q.GapP99 }},
	{"longest gap", "ms", 2, 1, 1e-6, func(q *Quantities) *float64 { return q.GapMax }},
}

// Table sets what runtimes answered beside the truth: a line for each runtime and
// case, in the order of the answers.
func AnswerTable(answers []Answer) table.Table {
	t := table.Table{
		ID: "known_answers", Backend: "sim", Title: "Known answers: the truth beside what was measured (simulated servers)", Section: table.SectionStability,
		Definition: "Simulated servers stream in every way a real one may, over real sockets. Seen is what the runtime measured. True: chunks, TTFT, gaps and decode rate (client) are those of the packets that the servers wrote, by the servers' own stamps; wall (of a call, from the gun or the agent's call before to its end) and speedup are what was set, so a simulator that a busy machine made late is in them. TTFT, rate and wall are medians over calls, percentiles over all gaps. Gaps off by: percentiles of |measured − true|, gap by gap. A case with a failed call has counts and nothing else.",
		N:          "Calls as listed, of agents that were driven at once.",
		Notes:      []string{does(answers), "In bursts the client's decode rate is above the server's, for every client: its window opens at the first packet, all of whose tokens but one are counted in it."},
		Columns:    []table.Column{{Name: "runtime", Text: true}, {Name: "case", Text: true}, {Name: "calls"}},
	}
	for _, q := range columns {
		t.Columns = append(t.Columns,
			table.Column{Group: q.name, Name: "true", Unit: q.unit, Decimals: q.decimals, Rank: q.rank},
			table.Column{Group: q.name, Name: "seen", Long: q.name + " measured", Unit: q.unit, Decimals: q.decimals, Rank: q.rank})
	}
	for _, name := range []string{"p90", "p99"} {
		t.Columns = append(t.Columns, table.Column{Group: "gaps off by", Name: name, Unit: "ms", Decimals: 2})
	}
	failed := slices.ContainsFunc(answers, func(a Answer) bool { return a.Failure != "" })
	if failed {
		t.Columns = append(t.Columns, table.Column{Name: "no answer", Text: true, Prose: true})
	}
	for i := range answers {
		t.Rows = append(t.Rows, answerRow(&answers[i], failed))
	}
	return t
}

// does says what the servers do in each case that is asked.
func does(answers []Answer) string {
	var said []string
	for i := range Cases {
		c := &Cases[i]
		if slices.ContainsFunc(answers, func(a Answer) bool { return a.Case == c.Name }) {
			said = append(said, c.Name+": "+c.Does)
		}
	}
	return "The servers: " + strings.Join(said, "; ") + "."
}

func answerRow(a *Answer, failed bool) []table.Value {
	row := []table.Value{table.Text(a.Runtime), table.TextOrAbsent(a.Case), table.Count(a.Calls)}
	for _, q := range columns {
		for _, side := range []*Quantities{&a.True, &a.Measured} {
			v := table.Num(q.of(side))
			if v.Num *= q.scale; a.Failure != "" {
				v = table.Value{}
			}
			row = append(row, v)
		}
	}
	for _, off := range []*float64{a.GapOffP90, a.GapOffP99} {
		v := table.Num(off)
		v.Num /= 1e6
		row = append(row, v)
	}
	if failed {
		row = append(row, table.TextOrAbsent(a.Failure))
	}
	return row
}
