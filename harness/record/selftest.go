package record

import (
	"fmt"
	"math"
)

// What a session keeps of its self-test: a server whose answers are known was
// measured right before it, on the machine as busy as it was (package selftest).

// KnownAnswer is what a runtime made of a case, beside the truth.
type KnownAnswer struct {
	Runtime  string          `json:"runtime"`
	Case     string          `json:"case,omitempty"`
	Calls    int             `json:"calls"` // that were made
	True     KnownQuantities `json:"true"`
	Measured KnownQuantities `json:"measured"`
	// GapOffP90 and GapOffP99 are percentiles over every gap of |measured − true|:
	// two lists may have the same percentiles and no gap in common.
	GapOffP90 *float64 `json:"gap_error_p90_ns,omitempty"`
	GapOffP99 *float64 `json:"gap_error_p99_ns,omitempty"`
	Failure   string   `json:"failure,omitempty"` // there is no answer, or none to the case
}

// KnownQuantities are what a case comes to. Times are nanoseconds, medians over its
// calls; percentiles are of the gaps of all its calls. A case with a failed call
// has counts and nothing else.
type KnownQuantities struct {
	Chunks  int      `json:"chunks"` // with text, of all calls
	Failed  int      `json:"failed_calls"`
	TTFT    *float64 `json:"ttft_ns,omitempty"`
	Rate    *float64 `json:"decode_rate,omitempty"` // as the client has it, tok/s
	GapP50  *float64 `json:"gap_p50_ns,omitempty"`
	GapP90  *float64 `json:"gap_p90_ns,omitempty"`
	GapP99  *float64 `json:"gap_p99_ns,omitempty"`
	GapMax  *float64 `json:"gap_max_ns,omitempty"`
	Wall    *float64 `json:"wall_ns,omitempty"` // of a call: from the gun or the agent's call before to its end
	Speedup *float64 `json:"speedup,omitempty"` // measured, of two agents
}

// Errors are measured − true.
type KnownErrors struct {
	TTFT, Gap, Wall *float64 // ns; Gap is GapOffP90
	Rate, Speedup   *float64 // relative
}

// Off is what the answer is off by, absent where there is nothing to compare.
func (a *KnownAnswer) Off() KnownErrors {
	t, m := &a.True, &a.Measured
	return KnownErrors{
		TTFT: minus(m.TTFT, t.TTFT), Gap: a.GapOffP90, Wall: minus(m.Wall, t.Wall),
		Rate: relative(m.Rate, t.Rate), Speedup: relative(m.Speedup, t.Speedup),
	}
}

func relative(measured, truth *float64) *float64 {
	d := minus(measured, truth)
	if d == nil || *truth == 0 {
		return nil
	}
	*d /= *truth
	return d
}

// Wrong says what cannot be a matter of time: chunks or failures that the runtime
// did not see, or saw where there were none. It is empty where all is well.
func (a *KnownAnswer) Wrong() string {
	switch {
	case a.Failure != "":
		return a.Failure
	case a.Measured.Chunks != a.True.Chunks:
		return fmt.Sprintf("%d chunks of %d", a.Measured.Chunks, a.True.Chunks)
	case a.Measured.Failed != a.True.Failed:
		return fmt.Sprintf("%d failed calls of %d", a.Measured.Failed, a.True.Failed)
	}
	return ""
}

// MeterReading is what a runtime made of the truth. Errors are measured − true.
type MeterReading struct {
	Runtime   string  `json:"runtime"`
	Client    string  `json:"client"`             // version of what drove the agents
	TTFTNS    float64 `json:"ttft_error_ns"`      // median over calls
	TTFTP99NS float64 `json:"ttft_error_p99_ns"`  // of the absolute error
	TTFTOffNS float64 `json:"ttft_spread_ns"`     // 99th percentile of the distance from the median error
	CallNS    float64 `json:"call_error_ns"`      // of a call's whole time, median
	CallOffNS float64 `json:"call_spread_ns"`     // as TTFTOffNS
	ITLP99NS  float64 `json:"itl_error_p99_ns"`   // of the absolute error of every gap
	Rate      float64 `json:"decode_rate_error"`  // relative, median over calls
	WallNS    float64 `json:"wall_error_ns"`      // of the pass
	CPU       float64 `json:"client_cores"`       // processors that the client used; of go, with the server
	StartNS   float64 `json:"start_ns,omitempty"` // process start to ready
	TimerNS   float64 `json:"timer_late_p99_ns"`  // how late a timer of 1 ms fired meanwhile
	GCPauseNS float64 `json:"gc_pause_ns"`        // duet's own process, in all
	Failure   string  `json:"failure,omitempty"`  // there is no reading
}

// String is a reading on one line.
func (r MeterReading) String() string {
	if r.Failure != "" {
		return fmt.Sprintf("%s: no reading: %s", r.Runtime, r.Failure)
	}
	return fmt.Sprintf("%s: TTFT %+.2f ms (p99 %.2f), decode rate %+.2f %%, gaps p99 %.2f ms, wall %+.1f ms; a 1 ms timer is %.2f ms late (p99)",
		r.Runtime, r.TTFTNS/1e6, r.TTFTP99NS/1e6, r.Rate*100, r.ITLP99NS/1e6, r.WallNS/1e6, r.TimerNS/1e6)
}

// Floor is what every run of the runtime carries of its reading, in nanoseconds
// of a backend that has scale of them in one of the host's; nil where there is
// no reading.
func (r MeterReading) Floor(scale float64) *Meter {
	if r.Failure != "" {
		return nil
	}
	ns := func(v float64) int64 { return int64(math.Round(v * scale)) }
	return &Meter{
		TTFTErrorNS: ns(r.TTFTNS), TTFTSpreadNS: ns(r.TTFTOffNS),
		CallErrorNS: ns(r.CallNS), CallSpreadNS: ns(r.CallOffNS),
	}
}

// minus is absent where one of both is.
func minus(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	d := *a - *b
	return &d
}

// Meter is what a run's client was off by on a server with a known answer, right
// before the session, on the machine as busy as it was: the floor under what the
// run claims. Nanoseconds of the backend's time, measured − true.
type Meter struct {
	TTFTErrorNS  int64 `json:"ttft_error_ns"`  // median over calls
	TTFTSpreadNS int64 `json:"ttft_spread_ns"` // 99th percentile of the distance from that median
	CallErrorNS  int64 `json:"call_error_ns"`  // of a call's whole time, median
	CallSpreadNS int64 `json:"call_spread_ns"`
}
