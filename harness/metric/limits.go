package metric

// Limits are the thresholds of every flag and warning, named once. Use
// DefaultLimits and change what you must; the zero value warns of everything.
type Limits struct {
	// ColdLoadNS and ColdFactor: a call whose load_duration is above the one, and
	// above so many times what the server reports of the model when it is loaded,
	// loaded it. The latter is bookkeeping, and grows with the vocabulary that
	// Ollama reads for each request: 1 to 10 ms for a tiny model, 80 for
	// qwen2.5:7b's 152,000 words, 150 for gemma3's 262,000 (medians on a server
	// with an H100), and now and then twice that. A real load takes hundreds of
	// milliseconds more at least.
	ColdLoadNS int64
	ColdFactor int64
	// ColdUnknownNS is the limit where nobody asked a loaded model, as in the
	// study's files: of their 772 calls 678 report up to 0.87 s, the median a
	// quarter of a second, 94 report 2.0 to 9.1 s, and none lies between.
	ColdUnknownNS int64

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
		ColdFactor:          3,
		ColdUnknownNS:       1e9,
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
