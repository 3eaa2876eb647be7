package selftest

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/table"
)

// Table sets what runtimes read beside the truth.
func ReadingTable(readings []Reading) table.Table {
	t := table.Table{
		ID: "meter", Title: "The meter against a known answer (simulated servers)", Section: table.SectionStability,
		Definition: fmt.Sprintf("Right before the session every client runtime measured two simulated servers, paced over real sockets on this machine as busy as it was: TTFT %v, a token every %v (%.0f tok/s), a pass of %v. Errors are measured − true; p99 of absolute errors. Timer: how late a timer of 1 ms fired meanwhile.",
			TTFT, Token, 1/Token.Seconds(), Calls*(TTFT+Tokens*Token)),
		N: fmt.Sprintf("One pass per runtime and sitting, the latest: 2 agents × %d calls × %d tokens. A difference between runtimes that is not well above these is none.", Calls, Tokens),
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
			start = table.Num(&r.StartNS)
			start.Num /= 1e6
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
