package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Quantities of one run, as tables pick them. Times are milliseconds here: the
// unit of a table is for reading, the unit of metrics.json for computing.
var (
	effMeasured pick = func(r *Row) *float64 { return r.D.EfficiencyMeasured }
	effServer   pick = func(r *Row) *float64 { return r.D.EfficiencyServer }
	effClient   pick = func(r *Row) *float64 { return r.D.EfficiencyClient }
	speedup     pick = func(r *Row) *float64 { return r.D.SpeedupMeasured }
	pairRate    pick = func(r *Row) *float64 { return r.D.AggregateRate }
	soloRates   pick = func(r *Row) *float64 { return r.D.SoloRate }
	tputDelta   pick = func(r *Row) *float64 { return r.D.ThroughputDelta }
	ttftDelta   pick = func(r *Row) *float64 { return stats.Scaled(r.D.TTFTDeltaNS, 1e-6) }
	evenness    pick = func(r *Row) *float64 { return r.D.Balance }
	fairness    pick = func(r *Row) *float64 { return r.D.Jain }
	wallTime    pick = func(r *Row) *float64 { return stats.Scaled(stats.Float(r.D.WallNS), 1e-9) }
	tunedRatio  pick = func(r *Row) *float64 { return r.D.TunedOverBaseline }
)

func flagTR116(r *Row) *bool    { return r.D.ContentionTR116 }
func flagMeasured(r *Row) *bool { return r.D.ContentionMeasured }

// eta picks an agent's rate together over its rate alone.
func eta(id string) pick {
	return func(r *Row) *float64 { return findAgent(&r.D, record.PassConcurrent, id).Eta }
}

// decode picks the single suite's decode rate (server) in a pass.
func decode(pass string) pick {
	return func(r *Row) *float64 { return firstOf(&r.D, pass).DecodeServer }
}

// ttft picks the single suite's TTFT in a pass, in milliseconds.
func ttft(pass string) pick {
	return func(r *Row) *float64 { return stats.Scaled(firstOf(&r.D, pass).TTFTNS, 1e-6) }
}

// ttftRatio is tuned over baseline TTFT.
func ttftRatio(r *Row) *float64 {
	return stats.Over(firstOf(&r.D, record.PassTuned).TTFTNS, firstOf(&r.D, record.PassBaseline).TTFTNS)
}

// firstTokens is the agents' mean TTFT together over that alone.
func firstTokens(r *Row) *float64 {
	return stats.Over(meanTTFT(&r.D, record.PassConcurrent), meanTTFT(&r.D, record.PassSolo))
}

func meanTTFT(d *record.Derived, pass string) *float64 {
	var total, n float64
	for _, a := range d.Agents {
		if a.Pass != pass {
			continue
		}
		if a.TTFTNS == nil {
			return nil
		}
		total, n = total+*a.TTFTNS, n+1
	}
	return stats.Over(&total, &n)
}

// firstOf is the numbers of the first agent of a pass: the single suite's one.
func firstOf(d *record.Derived, pass string) record.AgentDerived {
	for _, a := range d.Agents {
		if a.Pass == pass {
			return a
		}
	}
	return record.AgentDerived{}
}

// Exported quantities, for plots and sentences.
var (
	EfficiencyMeasured = func(r *Row) *float64 { return effMeasured(r) }
	EfficiencyClient   = func(r *Row) *float64 { return effClient(r) }
	PairRate           = func(r *Row) *float64 { return pairRate(r) }
	SoloRate           = func(r *Row) *float64 { return soloRates(r) }
	FirstTokens        = func(r *Row) *float64 { return firstTokens(r) }
	TunedOverBaseline  = func(r *Row) *float64 { return tunedRatio(r) }
)
