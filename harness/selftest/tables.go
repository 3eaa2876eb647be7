package selftest

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/table"
)

// Table sets what runtimes read beside the truth.
func ReadingTable(readings []Reading) table.Table {
	t := table.Table{
		ID: "meter", Title: "The meter against a known answer (simulated servers)", Section: table.SectionStability,
		Definition: fmt.Sprintf("Right before the session every client runtime measured two simulated servers, paced over real sockets on this machine as busy as it was: TTFT %v, a token every %v (%.0f tok/s), a pass of %v. Errors are measured − true; p99 of absolute errors. Timer: how late a timer of 1 ms fired meanwhile.",
			TTFT, Token, 1/Token.Seconds(), Calls*(TTFT+Tokens*Token)),
		N: fmt.Sprintf("One pass per runtime and partial session, the latest: 2 agents × %d calls × %d tokens. A difference between runtimes that is not well above these is none.", Calls, Tokens),
		Columns: []table.Column{
			{Name: "runtime", Text: true}, {Name: "client", Text: true},
			{Group: "TTFT error", Name: "median", Unit: "ms", Decimals: 2}, {Group: "TTFT error", Name: "p99", Unit: "ms", Decimals: 2},
			{Group: "error", Name: "decode rate", Unit: "%", Decimals: 2}, {Group: "error", Name: "gap p99", Unit: "ms", Decimals: 2}, {Group: "error", Name: "wall", Unit: "ms", Decimals: 1},
			{Group: "client", Name: "used", Unit: "cores", Decimals: 3}, {Group: "client", Name: "start", Unit: "ms", Decimals: 1},
			{Group: "machine", Name: "timer p99", Unit: "ms", Decimals: 2},
		},
	}
	failed := slices.ContainsFunc(readings, func(r Reading) bool { return r.Failure != "" })
	if failed {
		t.Columns = append(t.Columns, table.Column{Name: "no reading", Text: true, Prose: true})
	}
	for _, r := range readings {
		row := []table.Value{table.Text(r.Runtime), table.TextOrAbsent(r.Client)}
		for _, v := range []float64{r.TTFTNS / 1e6, r.TTFTP99NS / 1e6, r.Rate * 100, r.ITLP99NS / 1e6, r.WallNS / 1e6, r.CPU} {
			row = append(row, number(r, v))
		}
		start := table.Value{}
		if r.StartNS > 0 {
			start = table.Num(new(r.StartNS / 1e6))
		}
		if row = append(row, start, number(r, r.TimerNS/1e6)); failed {
			row = append(row, table.TextOrAbsent(r.Failure))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// number is absent where there is no reading.
func number(r Reading, v float64) table.Value {
	if r.Failure != "" {
		return table.Value{}
	}
	return table.Num(&v)
}

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

// Lines are answers as a session announces them, a line for each runtime: what is
// not as it was written, and what is off by most.
func AnswerLines(answers []Answer) string {
	var b strings.Builder
	for len(answers) > 0 {
		runtime := answers[0].Runtime
		n := slices.IndexFunc(answers, func(a Answer) bool { return a.Runtime != runtime })
		if n < 0 {
			n = len(answers)
		}
		fmt.Fprintf(&b, "# known answers: %s: %s\n", runtime, line(answers[:n]))
		answers = answers[n:]
	}
	return b.String()
}

// line is the answers of one runtime.
func line(answers []Answer) string {
	if len(answers) == 1 && answers[0].Case == "" {
		return "none: " + answers[0].Failure
	}
	var wrong []string
	for i := range answers {
		if w := answers[i].Wrong(); w != "" {
			wrong = append(wrong, answers[i].Case+": "+w)
		}
	}
	said := fmt.Sprintf("%d cases, every chunk and every failure seen", len(answers))
	if len(wrong) > 0 {
		said = strings.Join(wrong, "; ")
	}
	return said + "; off by at most " + worst(answers)
}

// worst is the largest error of each kind.
func worst(answers []Answer) string {
	var ttft, gap, rate, wall, speed float64
	for i := range answers {
		o := answers[i].Off()
		ttft, gap, rate = larger(ttft, o.TTFT), larger(gap, o.Gap), larger(rate, o.Rate)
		wall, speed = larger(wall, o.Wall), larger(speed, o.Speedup)
	}
	return fmt.Sprintf("TTFT %.2f ms, gaps %.2f ms (p90), decode rate %.2f %%, wall %.1f ms, speedup %.2f %%", ttft/1e6, gap/1e6, rate*100, wall/1e6, speed*100)
}

func larger(v float64, p *float64) float64 {
	if p != nil {
		v = max(v, math.Abs(*p))
	}
	return v
}
