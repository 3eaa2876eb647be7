package trust

// Limits are the thresholds of the rules, named once. Use DefaultLimits and
// change what you must.
type Limits struct {
	// ContentionTR116: the study flags a pair whose speedup is below this share
	// of the number of agents (its Rust: 1.5 for two).
	ContentionTR116 float64

	// FirstRunShift, percentage points of efficiency: how far the mean of first
	// runs may lie from that of later ones. Warm cells of the study and of duet
	// repeat within 1 to 3 points; a model load inside the window costs 10 to 30.
	FirstRunShift float64

	// WorkLow and WorkHigh bound the mean ratio of the agents' tokens, collector
	// over insight. Within a quarter both agents are busy for most of the window;
	// beyond, the pair's wall time is mostly that of the longer reply.
	WorkLow, WorkHigh float64

	// CorrelationShift: how far Pearson's r may move when a delta is replaced by
	// its absolute value. 0.3 is the step between the words (weak, moderate) that
	// the study puts on a correlation.
	CorrelationShift float64
	// CorrelationRuns: fewer pairs of values than this give any r by chance.
	CorrelationRuns int

	// Coordination, share of the wall time: what is left of it after the slower
	// agent's own time. Below one hundredth it explains nothing.
	Coordination float64

	// Tolerance, relative: two computations of one value from the same raw data
	// differ by rounding alone, which is far below this.
	Tolerance float64
}

// DefaultLimits returns the thresholds that Audit uses.
func DefaultLimits() Limits {
	return Limits{
		ContentionTR116:  0.75,
		FirstRunShift:    5,
		WorkLow:          0.8,
		WorkHigh:         1.25,
		CorrelationShift: 0.3,
		CorrelationRuns:  5,
		Coordination:     0.01,
		Tolerance:        1e-6,
	}
}
