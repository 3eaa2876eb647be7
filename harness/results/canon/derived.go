package canon

import (
	"github.com/chimeraforge/duet/harness/record"
)

// computed reads what the run's file holds twice: the numbers that follow from
// its calls.
func (c *cursor) computed(r *record.Run) {
	var d record.Derived
	var s record.Summary
	c.check = c.r.Lean
	derived := c.key(`"derived": `) && !c.lit("null")
	if derived {
		c.derived(&d)
	}
	summary := c.key(`"summary": `) && !c.lit("null")
	if summary {
		c.summary(&s)
	}
	c.check = false
	if derived && !c.r.Lean {
		kept := d
		r.Derived = &kept
	}
	if summary && !c.r.Lean {
		kept := s
		r.Summary = &kept
	}
}

func (c *cursor) derived(v *record.Derived) {
	c.open("{")
	c.floatp(`"speedup_measured": `, &v.SpeedupMeasured)
	c.floatp(`"efficiency_measured": `, &v.EfficiencyMeasured)
	c.floatp(`"speedup_client": `, &v.SpeedupClient)
	c.floatp(`"efficiency_client": `, &v.EfficiencyClient)
	c.floatp(`"speedup_server": `, &v.SpeedupServer)
	c.floatp(`"efficiency_server": `, &v.EfficiencyServer)
	c.floatp(`"aggregate_rate": `, &v.AggregateRate)
	c.floatp(`"solo_rate": `, &v.SoloRate)
	c.floatp(`"balance": `, &v.Balance)
	c.floatp(`"jain": `, &v.Jain)
	c.floatp(`"throughput_delta": `, &v.ThroughputDelta)
	c.floatp(`"ttft_delta_ns": `, &v.TTFTDeltaNS)
	c.boolp(`"contention_tr116": `, &v.ContentionTR116)
	c.boolp(`"contention_measured": `, &v.ContentionMeasured)
	c.int64p(`"wall_ns": `, &v.WallNS)
	c.int64p(`"tokens": `, &v.Tokens)
	c.floatp(`"tuned_over_baseline": `, &v.TunedOverBaseline)
	if c.key(`"agents": `) {
		c.agentsDerived(&v.Agents)
	}
	if c.key(`"energy": `) {
		v.Energy = list(c, c.passEnergy)
	}
	c.close("}")
}

func (c *cursor) agentsDerived(into *[]record.AgentDerived) {
	out := []record.AgentDerived{}
	if c.array(func() {
		var v record.AgentDerived
		if c.agentDerived(&v); !c.check {
			out = append(out, v)
		}
	}) {
		*into = out
	}
}

func (c *cursor) agentDerived(v *record.AgentDerived) {
	c.open("{")
	c.name(`"agent": `, &v.Agent)
	c.name(`"pass": `, &v.Pass)
	c.int64p(`"wall_ns": `, &v.WallNS)
	c.int64p(`"tokens": `, &v.Tokens)
	c.floatp(`"rate": `, &v.Rate)
	c.floatp(`"decode_server": `, &v.DecodeServer)
	c.floatp(`"decode_client": `, &v.DecodeClient)
	c.floatp(`"ttft_ns": `, &v.TTFTNS)
	c.floatp(`"ttft_no_load_ns": `, &v.TTFTNoLoadNS)
	c.floatp(`"ttft_server_ns": `, &v.TTFTServerNS)
	c.floatp(`"eta": `, &v.Eta)
	c.int(`"cold": `, &v.Cold)
	c.close("}")
}

func (c *cursor) summary(v *record.Summary) {
	c.open("{")
	c.int(`"run_number": `, &v.RunNumber)
	c.name(`"scenario": `, &v.Scenario)
	c.floatp(`"concurrency_speedup": `, &v.ConcurrencySpeedup)
	c.floatp(`"efficiency_percent": `, &v.EfficiencyPercent)
	c.name(`"definition": `, &v.Definition)
	c.floatp(`"collector_throughput": `, &v.CollectorThroughput)
	c.floatp(`"insight_throughput": `, &v.InsightThroughput)
	c.floatp(`"throughput_delta": `, &v.ThroughputDelta)
	c.floatp(`"collector_ttft_ms": `, &v.CollectorTTFTMS)
	c.floatp(`"insight_ttft_ms": `, &v.InsightTTFTMS)
	c.floatp(`"ttft_delta_ms": `, &v.TTFTDeltaMS)
	c.floatp(`"concurrent_wall_time_s": `, &v.ConcurrentWallTimeS)
	c.floatp(`"sequential_estimated_s": `, &v.SequentialEstimatedS)
	c.boolp(`"resource_contention_detected": `, &v.ResourceContentionDetected)
	c.close("}")
}
