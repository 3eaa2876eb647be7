package preflight

// Limits are the thresholds of the checks, named once.
type Limits struct {
	// SwapB: less swap in use is left over from long ago, and nothing waits for it.
	SwapB uint64
	// Busy, share of the cores: a 1-minute load average above it means that others
	// compute. Two agents on servers without a GPU need all cores themselves.
	Busy float64
	// MemoryB: with less memory available a 4 GB model and its context do not fit,
	// and the machine begins to swap or to drop the model's pages.
	MemoryB uint64
	// DiskB: 100,000 runs take 1.1 GB.
	DiskB uint64
	// GPUMemoryB: a GPU that nobody uses has some hundred MB in use.
	GPUMemoryB uint64
	// GPUBusy, percent: an idle GPU reports 0.
	GPUBusy float64
}

// DefaultLimits returns the thresholds of every pre-flight.
func DefaultLimits() Limits {
	return Limits{SwapB: 64 << 20, Busy: 0.25, MemoryB: 4 << 30, DiskB: 1 << 30, GPUMemoryB: 1 << 30, GPUBusy: 5}
}
