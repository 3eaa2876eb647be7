package trust

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

func TestAnAnswerCountsFilesAndSortsThem(t *testing.T) {
	a := outcome{of: 5}
	a.against("b", "one")
	a.against("a", "two")
	a.against("b", "three")
	r := a.finding(check{id: "x"})
	assert.Equal(t, record.Found, r.Verdict)
	assert.Equal(t, 3, r.Of-r.Affected, "two of five files offend")
	assert.Equal(t, []record.Place{{File: "a", Reason: "two"}, {File: "b", Reason: "one"}, {File: "b", Reason: "three"}}, r.Places)
	assert.Equal(t, record.NotApplicable, skipped("no").finding(check{}).Verdict)
}

func TestAServersTimeMayExceedItsClientsByTheTolerance(t *testing.T) {
	r := synthetic.Pair("alpha:7b", "chimera-homo", 1, 1.5)
	r.Backend = record.Backend{Kind: "process"}
	c := &r.Passes[0].Calls[0]
	waited := *c.DoneNS - c.RequestNS
	total := func(ns int64) string {
		c.Server.TotalNS = &ns
		x := newSession(Session{Files: []File{{Path: "f", Run: r}}})
		return serverTimes(x).finding(check{}).Verdict
	}
	assert.Equal(t, record.NothingFound, total(waited+waited/100+1_000_000))
	assert.Equal(t, record.Found, total(waited+waited/100+1_000_001))
	r.Backend.Timescale = 100
	assert.Equal(t, record.NothingFound, total(waited+waited/100+100_000_000), "a millisecond of real time is more of simulated time")
}

func TestOnAMachineWithoutAGPULabelsHoldAndItIsSaid(t *testing.T) {
	r := synthetic.Pair("alpha:7b", "chimera-homo", 1, 1.5)
	none := int64(0)
	r.Servers[0].Model.VRAMB, r.Servers[1].Model.VRAMB = &none, &none
	got := labels(newSession(Session{Files: []File{{Path: "f", Run: r}}})).finding(check{})
	assert.Equal(t, record.NothingFound, got.Verdict)
	assert.Contains(t, got.Evidence, "Nothing was in VRAM in 1 runs")
}

func TestARunLineIsComparedInEveryValue(t *testing.T) {
	r := synthetic.Pair("alpha:7b", "chimera-homo", 1, 1.5)
	metric.Annotate(r)
	line := results.Line(r)
	want := metric.LineOf(r)
	for name, test := range map[string]struct{ line, says string }{
		"the line":           {line, ""},
		"other processors":   {strings.Replace(line, " ", "-7 ", 1), ""},
		"a value less":       {line[:strings.LastIndex(line[:strings.LastIndexByte(line, ' ')], " ")], "it has no jain"},
		"a value more":       {strings.TrimSpace(line) + " 1 x/op", "it has x/op, which the run does not give"},
		"a value cut":        {line[:strings.LastIndexByte(line, ' ')], "line 1 is cut off"},
		"a word for a value": {strings.TrimSpace(line) + " one x/op", "line 1: strconv.ParseFloat"},
	} {
		l := read([]byte(test.line))[0]
		says := l.err
		if says == "" {
			says = other(l, want)
		}
		if test.says == "" {
			assert.Empty(t, says, name)
		} else {
			assert.Contains(t, says, test.says, name)
		}
	}
}

func TestJSONIsComparedByWhatBothHave(t *testing.T) {
	want := map[string]any{"a": 1.0, "b": []any{1.0, "x"}, "c": nil}
	for name, test := range map[string]struct {
		have any
		says string
	}{
		"the same":           {map[string]any{"a": 1.0, "b": []any{1.0, "x"}, "c": nil}, ""},
		"rounded":            {map[string]any{"a": 1 + 1e-12}, ""},
		"more and less keys": {map[string]any{"a": 1.0, "z": 1.0}, ""},
		"another number":     {map[string]any{"a": 1.1}, "a is 1.1, its runs give 1"},
		"another word":       {map[string]any{"b": []any{1.0, "y"}}, "b[1] is y, its runs give x"},
		"another length":     {map[string]any{"b": []any{1.0}}, "b has other entries than its runs"},
		"a value for none":   {map[string]any{"c": 0.0}, "c is 0, its runs give <nil>"},
		"none for a value":   {map[string]any{"a": nil}, "a is <nil>, its runs give 1"},
		"another kind":       {map[string]any{"a": map[string]any{}}, "a is map[], its runs give 1"},
		"no object":          {[]any{}, " is []"},
	} {
		assert.Equal(t, test.says, unlike("", test.have, want), name)
	}
}

// FuzzLines: whatever bench.txt holds, every line of it is a value or an error.
func FuzzLines(f *testing.F) {
	r := synthetic.Runs()[0]
	metric.Annotate(r)
	f.Add([]byte(results.Line(r)))
	f.Add([]byte("Benchmark\nBenchmarkMulti/a-1 1 NaN ns/op\r\nBenchmarkMulti 1 1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, l := range read(data) {
			assert.True(t, l.err != "" || l.name != "" && !strings.ContainsAny(l.name, " \t\n"))
			_ = other(l, metric.LineOf(r))
		}
	})
}

// ofAgents is a row in which agents made so many tokens, at as many a second.
func ofAgents(tokens map[string]int64) *metric.Row {
	r := &metric.Row{Run: &record.Run{Suite: record.SuiteMulti}}
	for _, id := range slices.Sorted(maps.Keys(tokens)) {
		a := record.AgentDerived{Agent: id, Pass: record.PassConcurrent}
		a.SetWhole("tokens", new(tokens[id]))
		a.Set("decode_server", new(float64(tokens[id])))
		r.D.Agents = append(r.D.Agents, a)
	}
	return r
}

func TestTheWorkOfAnyNumberOfAgentsIsCompared(t *testing.T) {
	for name, test := range map[string]struct {
		tokens map[string]int64
		want   map[string]float64
	}{
		"one has nobody to be compared with": {map[string]int64{"a": 5}, map[string]float64{}},
		"two: one ratio says it for both":    {map[string]int64{"a": 5, "b": 10}, map[string]float64{"tokens, a ÷ b": 0.5}},
		"three: each with the others' mean": {map[string]int64{"a": 10, "b": 10, "c": 40},
			map[string]float64{"tokens, a ÷ the others": 0.4, "tokens, b ÷ the others": 0.4, "tokens, c ÷ the others": 4}},
	} {
		t.Run(name, func(t *testing.T) {
			row := ofAgents(test.tokens)
			got := map[string]float64{}
			for _, q := range tokenRatios(Group{Group: metric.Group{Rows: []*metric.Row{row}}}) {
				got[q.Name] = *q.Of(row)
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestTheDecodeRatesOfAllAgentsAreAddedUp(t *testing.T) {
	r := ofAgents(map[string]int64{"a": 10, "b": 20, "c": 30})
	r.D.Set("aggregate_rate", new(40.0))
	r.TogetherOverSolo = new(2.0) // so one agent alone decodes at 20
	assert.InDelta(t, 3, *decodeOverSolo(r), 1e-12)
	r.D.Agents[2] = record.AgentDerived{Agent: "c", Pass: record.PassConcurrent}
	assert.Nil(t, decodeOverSolo(r), "a sum over fewer agents is another quantity")
}
