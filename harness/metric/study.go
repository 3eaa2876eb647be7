package metric

import (
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

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
type AsStudied struct {
	Speedup         *float64
	Efficiency      *float64 // percent
	ThroughputDelta *float64 // insight − collector, of the mean of the calls' decode rates, tok/s
	TTFTDeltaMS     *float64
	Contention      *bool
	LostZero        bool // Δ TTFT is an exact zero, which the study lost

	// Single suite: mean over the calls of a pass.
	BaselineRate, TunedRate     *float64 // tok/s
	BaselineTTFTMS, TunedTTFTMS *float64
}

// ServerFormula reports whether the study used its server-side formula for a
// client runtime: for Python alone.
func ServerFormula(runtime string) bool { return strings.HasPrefix(runtime, "python") }

// flipped reports whether the study printed Δ TTFT as collector − insight.
func flipped(runtime string) bool { return strings.HasPrefix(runtime, "rust") }

// contentionTR116 is the speedup below which the study's Rust runs are flagged.
const contentionTR116 = 1.5

func asStudied(r *record.Run, d *record.Derived) AsStudied {
	var s AsStudied
	server := ServerFormula(r.Cell.Runtime)
	ttft := func(pass, agent string) *float64 {
		a := findAgent(d, pass, agent)
		if server {
			return inMS(a.TTFTServerNS)
		}
		return inMS(a.TTFTNS)
	}
	if r.Suite == record.SuiteSingle {
		s.BaselineRate, s.TunedRate = meanDecode(r, record.PassBaseline, Collector), meanDecode(r, record.PassTuned, Collector)
		s.BaselineTTFTMS, s.TunedTTFTMS = ttft(record.PassBaseline, Collector), ttft(record.PassTuned, Collector)
		return s
	}
	s.Speedup, s.Efficiency = d.SpeedupClient, d.EfficiencyClient
	if server {
		s.Speedup, s.Efficiency = d.SpeedupServer, d.EfficiencyServer
	}
	s.ThroughputDelta = stats.Minus(meanDecode(r, record.PassConcurrent, Insight), meanDecode(r, record.PassConcurrent, Collector))
	s.TTFTDeltaMS = stats.Minus(ttft(record.PassConcurrent, Insight), ttft(record.PassConcurrent, Collector))
	if flipped(r.Cell.Runtime) {
		s.TTFTDeltaMS = stats.Scaled(s.TTFTDeltaMS, -1)
	}
	if s.TTFTDeltaMS != nil && *s.TTFTDeltaMS == 0 {
		s.LostZero, s.TTFTDeltaMS = true, nil
	}
	s.Contention = stats.Below(s.Speedup, contentionTR116)
	if no := false; server && s.Speedup != nil {
		s.Contention = &no
	}
	return s
}

// meanDecode is the mean of an agent's calls' decode rates (server): the study
// averages rates, where duet divides sums.
func meanDecode(r *record.Run, pass, agent string) *float64 {
	if r.Imported != nil {
		for i := range r.Imported.Agents {
			if a := &r.Imported.Agents[i]; a.Pass == pass && a.Agent == agent {
				return a.DecodeMean
			}
		}
		return nil
	}
	for i := range r.Passes {
		if p := &r.Passes[i]; p.Kind == pass {
			if calls := callsOf(p, agent); len(calls) > 0 && !anyFailed(calls) {
				return mean(calls, DecodeServer)
			}
		}
	}
	return nil
}

// inMS is nanoseconds as milliseconds. It divides: × 1e-6 is a bit off, and in
// one of the study's runs that turns a Δ of 0.5499… ms into 0.6.
func inMS(ns *float64) *float64 {
	if ns == nil {
		return nil
	}
	return stats.Finite(*ns / 1e6)
}
