package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Definitions named in record.Summary. Those of other tools' runs come with their
// formulas.
const (
	DefinitionClient = "speedup_client: sum of the agents' client wall times over the pair's wall time (TR116 Rust); blind to contention, see derived.speedup_measured"
	definitionNone   = "one agent: the study's pair fields do not apply, see derived.tuned_over_baseline"
)

// Summarise repeats a run under the study's field names, for scripts written
// for TR116. Only runs of several agents have such fields; for a single-agent run all
// but the coordinates are absent.
func Summarise(r *record.Run, d record.Derived) record.Summary {
	s := record.Summary{RunNumber: r.RunNumber, Scenario: r.Cell.Scenario(), Definition: definitionNone}
	if r.Form() != record.SuiteMulti {
		return s
	}
	if r.Imported != nil {
		if others != nil {
			_, s = others(r, &d)
		}
		return s
	}
	c, i := FindAgent(&d, record.PassConcurrent, Collector), FindAgent(&d, record.PassConcurrent, Insight)
	s.Definition = DefinitionClient
	s.ConcurrencySpeedup, s.EfficiencyPercent = d.Get("speedup_client"), d.Get("efficiency_client")
	s.CollectorThroughput, s.InsightThroughput = c.Get("decode_server"), i.Get("decode_server")
	s.ThroughputDelta = d.Get("throughput_delta")
	s.CollectorTTFTMS, s.InsightTTFTMS = stats.Scaled(c.Get("ttft_ns"), 1e-6), stats.Scaled(i.Get("ttft_ns"), 1e-6)
	s.TTFTDeltaMS = stats.Scaled(d.Get("ttft_delta_ns"), 1e-6)
	s.ConcurrentWallTimeS = stats.Scaled(stats.Float(d.Whole("wall_ns")), 1e-9)
	s.SequentialEstimatedS = stats.Scaled(stats.Float(total([]record.AgentDerived{c, i}, wallOf)), 1e-9)
	s.ResourceContentionDetected = d.Flag("contention_tr116")
	return s
}
