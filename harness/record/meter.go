package record

// Meter is what a run's client was off by on a server with a known answer, right
// before the session, on the machine as busy as it was: the floor under what the
// run claims. Nanoseconds of the backend's time, measured − true.
type Meter struct {
	TTFTErrorNS  int64 `json:"ttft_error_ns"`  // median over calls
	TTFTSpreadNS int64 `json:"ttft_spread_ns"` // 99th percentile of the distance from that median
	CallErrorNS  int64 `json:"call_error_ns"`  // of a call's whole time, median
	CallSpreadNS int64 `json:"call_spread_ns"`
}
