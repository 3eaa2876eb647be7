package analysis

// Limits are the thresholds of every flag and warning, named once. Use
// DefaultLimits and change what you must; the zero value warns of everything.
type Limits struct {
	// ColdLoadNS: a call whose load_duration is above it loaded the model.
	// A warm Ollama reports 1-60 ms of bookkeeping there; a real load takes
	// hundreds of milliseconds at least.
	ColdLoadNS int64

	// CachedFactor: a prompt evaluated this many times faster than the median
	// of the same agent's other calls was probably served from the prefix
	// cache. Contention moves the rate by 2-4, a cached prefix by far more.
	CachedFactor float64
	// CachedRate, tok/s: no single device evaluates a prompt faster, whatever
	// the model; catches the case in which all calls are cached alike.
	CachedRate float64
	// CachedBytesPerToken: a prompt with more bytes than this for each token
	// the server says it evaluated was mostly not evaluated. Prose has 3-5.
	CachedBytesPerToken float64
	// CachedMinTokens: shorter prompts take a time that hardly depends on
	// their length, so their rate proves nothing.
	CachedMinTokens int64

	// ClientCPU: cores' worth of client CPU time in a pass. Above half a core
	// the client's own scheduling delays become part of what it measures.
	ClientCPU float64

	// Floor: the share of an effect up to which a run may claim it although its
	// client was off by as much on a known answer: a fifth.
	Floor float64
	// PowerStepNS: the least time over which a counter's growth counts as a power,
	// where there are no power samples. Counters are updated every 1 ms (RAPL) to
	// 100 ms (GPUs).
	PowerStepNS int64
	// PowerRate: power samples a second below which the integral of power is
	// doubted. docs/definitions.md promises 10.
	PowerRate float64
	// CounterSteps: with fewer different readings of a counter in the window its
	// own grain is a part of the answer.
	CounterSteps int

	// ContentionTR116: the study flags a run whose client speedup is below
	// this share of the number of agents (its Rust: 1.5 for two).
	ContentionTR116 float64
	// Contention: below it, together is slower than taking turns.
	Contention float64
}

// DefaultLimits returns the thresholds that every table and warning uses.
func DefaultLimits() Limits {
	return Limits{
		ColdLoadNS:          100e6,
		CachedFactor:        10,
		CachedRate:          1e6,
		CachedBytesPerToken: 16,
		CachedMinTokens:     32,
		ClientCPU:           0.5,
		Floor:               0.2,
		PowerStepNS:         100e6,
		PowerRate:           10,
		CounterSteps:        5,
		ContentionTR116:     0.75,
		Contention:          1,
	}
}
