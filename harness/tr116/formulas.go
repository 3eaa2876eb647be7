package tr116

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// The study's two formulas, as its tables name them.
const (
	serverFormula = "server formula"
	clientFormula = "client formula"
)

// contended is the speedup below which the study's Rust runs are flagged.
const contended = 1.5

// AsStudied is a run under the study's own formulas, which differ by client
// runtime. It exists to reproduce the study's tables to the digit and to show
// what the difference makes; nothing of duet's own is computed from it.
//
//	                  Python                              Rust, and every other runtime
//	speedup           Σ (prompt_eval + eval) / wall       Σ agent wall / wall
//	TTFT              server prompt_eval_duration         client time to first text
//	Δ TTFT            insight − collector                 Rust: collector − insight; others insight − collector
//	contention        never computed, printed as "no"     speedup < 1.5
//
// A Δ TTFT of exactly zero is absent here, because the study lost it to a test
// for truth; Row.D keeps it.
func AsStudied(r *record.Run, d *record.Derived) metric.Published {
	s := metric.Published{Formula: clientFormula}
	server := serverSide(r)
	if server {
		s.Formula = serverFormula
	}
	if r.Suite == record.SuiteSingle {
		s.BaselineRate, s.TunedRate = meanDecode(r, record.PassBaseline, metric.Collector), meanDecode(r, record.PassTuned, metric.Collector)
		s.BaselineTTFTMS, s.TunedTTFTMS = ttft(d, server, record.PassBaseline, metric.Collector), ttft(d, server, record.PassTuned, metric.Collector)
		return s
	}
	s.Speedup, s.Efficiency = d.Get("speedup_client"), d.Get("efficiency_client")
	if server {
		s.Speedup, s.Efficiency = d.Get("speedup_server"), d.Get("efficiency_server")
	}
	s.ThroughputDelta = stats.Minus(meanDecode(r, record.PassConcurrent, metric.Insight), meanDecode(r, record.PassConcurrent, metric.Collector))
	s.TTFTDeltaMS = stats.Minus(ttft(d, server, record.PassConcurrent, metric.Insight), ttft(d, server, record.PassConcurrent, metric.Collector))
	if rust(r) {
		s.TTFTDeltaMS = stats.Scaled(s.TTFTDeltaMS, -1)
	}
	if s.TTFTDeltaMS != nil && *s.TTFTDeltaMS == 0 {
		s.LostZero, s.TTFTDeltaMS = true, nil
	}
	s.Contention = stats.Below(s.Speedup, contended)
	if no := false; server && s.Speedup != nil {
		s.Contention = &no
	}
	return s
}

// serverSide reports whether the study used its server-side formula for a run's
// client runtime: for Python alone.
func serverSide(r *record.Run) bool { return strings.HasPrefix(r.Cell.Runtime(), "python") }

func rust(r *record.Run) bool { return strings.HasPrefix(r.Cell.Runtime(), "rust") }

func ttft(d *record.Derived, server bool, pass, agent string) *float64 {
	a := metric.FindAgent(d, pass, agent)
	if server {
		return metric.InMS(a.Get("ttft_server_ns"))
	}
	return metric.InMS(a.Get("ttft_ns"))
}

// meanDecode is the mean of an agent's calls' decode rates (server): the study
// averages rates, where duet divides sums.
func meanDecode(r *record.Run, pass, agent string) *float64 {
	if r.Imported == nil {
		return metric.MeanDecode(r, pass, agent)
	}
	for i := range r.Imported.Agents {
		if a := &r.Imported.Agents[i]; a.Pass == pass && a.Agent == agent {
			return a.DecodeMean
		}
	}
	return nil
}

const definitionServer = "speedup_server: sum of the agents' prompt_eval and eval durations over the pair's wall time (TR116 Python); blind to contention; TTFT is the server's prompt_eval_duration"

// formulas are the study's for its own runs: what it published, and the summary
// block with it, so that a script reads there what the file that a run came from
// said: means of the calls' rates, Python's server-side speedup and TTFT. Two
// things are put right in the block: Δ TTFT has one sign, and the contention rule
// holds for every runtime.
func formulas(r *record.Run, d *record.Derived) (metric.Published, record.Summary) {
	p := AsStudied(r, d)
	server := p.Formula == serverFormula
	s := record.Summary{RunNumber: r.RunNumber, Scenario: r.Cell.Scenario(), Definition: metric.DefinitionClient}
	if server {
		s.Definition = definitionServer
	}
	s.CollectorTTFTMS, s.InsightTTFTMS = ttft(d, server, record.PassConcurrent, metric.Collector), ttft(d, server, record.PassConcurrent, metric.Insight)
	s.TTFTDeltaMS = stats.Minus(s.InsightTTFTMS, s.CollectorTTFTMS)
	s.ConcurrencySpeedup, s.EfficiencyPercent = p.Speedup, p.Efficiency
	s.CollectorThroughput, s.InsightThroughput = meanDecode(r, record.PassConcurrent, metric.Collector), meanDecode(r, record.PassConcurrent, metric.Insight)
	s.ThroughputDelta = p.ThroughputDelta
	s.ConcurrentWallTimeS = stats.Scaled(r.Imported.WallNS, 1e-9)
	if s.ConcurrentWallTimeS != nil {
		s.SequentialEstimatedS = stats.Scaled(s.ConcurrencySpeedup, *s.ConcurrentWallTimeS)
	}
	s.ResourceContentionDetected = stats.Below(p.Speedup, contended)
	return p, s
}

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
