package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Definitions named in metrics.Summary.
const (
	definitionClient = "speedup_client: sum of the agents' client wall times over the pair's wall time (TR116 Rust); blind to contention, see derived.speedup_measured"
	definitionServer = "speedup_server: sum of the agents' prompt_eval and eval durations over the pair's wall time (TR116 Python); blind to contention; TTFT is the server's prompt_eval_duration"
	definitionNone   = "one agent: the study's pair fields do not apply, see derived.tuned_over_baseline"
)

// Summarise repeats a run under the study's field names, for scripts written
// for TR116. Only the multi suite has such fields; for a single-agent run all
// but the coordinates are absent.
func Summarise(r *record.Run, d record.Derived) record.Summary {
	s := record.Summary{RunNumber: r.RunNumber, Scenario: r.Cell.Scenario, Definition: definitionNone}
	if r.Suite != record.SuiteMulti {
		return s
	}
	if r.Imported != nil {
		summariseImported(&s, r, &d)
		return s
	}
	c, i := findAgent(&d, record.PassConcurrent, Collector), findAgent(&d, record.PassConcurrent, Insight)
	s.Definition = definitionClient
	s.ConcurrencySpeedup, s.EfficiencyPercent = d.SpeedupClient, d.EfficiencyClient
	s.CollectorThroughput, s.InsightThroughput = c.DecodeServer, i.DecodeServer
	s.ThroughputDelta = d.ThroughputDelta
	s.CollectorTTFTMS, s.InsightTTFTMS = stats.Scaled(c.TTFTNS, 1e-6), stats.Scaled(i.TTFTNS, 1e-6)
	s.TTFTDeltaMS = stats.Scaled(d.TTFTDeltaNS, 1e-6)
	s.ConcurrentWallTimeS = stats.Scaled(stats.Float(d.WallNS), 1e-9)
	s.SequentialEstimatedS = stats.Scaled(stats.Float(total([]record.AgentDerived{c, i}, wallOf)), 1e-9)
	s.ResourceContentionDetected = d.ContentionTR116
	return s
}

// summariseImported keeps the study's own formulas for its own runs, so that a
// script reads from them what the file they came from said: means of the calls'
// rates, Python's server-side speedup and TTFT. Two things are put right: Δ TTFT
// has one sign, and the contention rule holds for every runtime.
func summariseImported(s *record.Summary, r *record.Run, d *record.Derived) {
	studied := asStudied(r, d)
	c, i := findAgent(d, record.PassConcurrent, Collector), findAgent(d, record.PassConcurrent, Insight)
	s.Definition = definitionClient
	s.CollectorTTFTMS, s.InsightTTFTMS = stats.Scaled(c.TTFTNS, 1e-6), stats.Scaled(i.TTFTNS, 1e-6)
	if ServerFormula(r.Cell.Runtime) {
		s.Definition = definitionServer
		s.CollectorTTFTMS, s.InsightTTFTMS = stats.Scaled(c.TTFTServerNS, 1e-6), stats.Scaled(i.TTFTServerNS, 1e-6)
	}
	s.TTFTDeltaMS = stats.Minus(s.InsightTTFTMS, s.CollectorTTFTMS)
	s.ConcurrencySpeedup, s.EfficiencyPercent = studied.Speedup, studied.Efficiency
	s.CollectorThroughput, s.InsightThroughput = meanDecode(r, record.PassConcurrent, Collector), meanDecode(r, record.PassConcurrent, Insight)
	s.ThroughputDelta = studied.ThroughputDelta
	s.ConcurrentWallTimeS = stats.Scaled(r.Imported.WallNS, 1e-9)
	if s.ConcurrentWallTimeS != nil {
		s.SequentialEstimatedS = stats.Scaled(s.ConcurrencySpeedup, *s.ConcurrentWallTimeS)
	}
	s.ResourceContentionDetected = stats.Below(studied.Speedup, contentionTR116)
}
