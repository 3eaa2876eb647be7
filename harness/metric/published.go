package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Published is what the tool that measured a run makes of it by its own formulas,
// where they are not duet's. Of duet's own runs only the last four fields are
// set; nothing else of another tool is ever computed for them here.
type Published struct {
	Formula         string // of Speedup, in a word or two
	Speedup         *float64
	Efficiency      *float64 // percent
	ThroughputDelta *float64 // insight − collector, tok/s
	TTFTDeltaMS     *float64
	Contention      *bool
	LostZero        bool // Δ TTFT is an exact zero, which the tool lost

	// Single suite: mean over the calls of a pass.
	BaselineRate, TunedRate     *float64 // tok/s
	BaselineTTFTMS, TunedTTFTMS *float64
}

// Formulas are another tool's: what it publishes of a run that it measured, and
// the same under the names of the summary block.
type Formulas func(*record.Run, *record.Derived) (Published, record.Summary)

// others are set once, when a program starts.
var others Formulas

// RegisterFormulas is called by the room that imports another tool's runs.
func RegisterFormulas(f Formulas) { others = f }

// publishedBy asks the tool's own formulas for a run that it measured. A run of
// duet's gets the four of the single suite, by the mean over calls as the study
// took it, so that models of both stand in one table.
func publishedBy(r *record.Run, d *record.Derived) Published {
	switch {
	case r.Imported != nil && others != nil:
		p, _ := others(r, d)
		return p
	case r.Imported != nil || r.Form() != record.SuiteSingle:
		return Published{}
	}
	ttft := func(pass string) *float64 { return InMS(FindAgent(d, pass, Collector).Get("ttft_ns")) }
	return Published{
		BaselineRate: MeanDecode(r, record.PassBaseline, Collector), TunedRate: MeanDecode(r, record.PassTuned, Collector),
		BaselineTTFTMS: ttft(record.PassBaseline), TunedTTFTMS: ttft(record.PassTuned),
	}
}

// MeanDecode is the mean of an agent's calls' decode rates (server) in a pass,
// where a rate of duet's own divides sums.
func MeanDecode(r *record.Run, pass, agent string) *float64 {
	for i := range r.Passes {
		if p := &r.Passes[i]; p.Kind == pass {
			if calls := callsOf(p, agent); len(calls) > 0 && !anyFailed(calls) {
				return mean(calls, DecodeServer)
			}
		}
	}
	return nil
}

// InMS is nanoseconds as milliseconds. It divides: × 1e-6 is a bit off, and in
// one of the study's runs that turns a Δ of 0.5499… ms into 0.6.
func InMS(ns *float64) *float64 {
	if ns == nil {
		return nil
	}
	return stats.Finite(*ns / 1e6)
}
