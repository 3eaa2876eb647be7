package tr116

import (
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
	if strings.HasPrefix(r.Cell.Runtime(), "rust") {
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
