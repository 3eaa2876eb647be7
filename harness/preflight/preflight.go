// Package preflight says, before a measurement, what would interfere with it
// and what to do about each: another process on the GPU, a battery, a governor that slows
// the processor down, memory that is swapped out.
//
// # Shape
//
//	Read   the machine and the code, for the record  -> record.Environment
//	Look   this machine                              -> []record.Finding, one per check
//	Lines  what was found, for a session's first lines
//
// Nothing here keeps a session from being measured: what was found is printed in
// the session's first lines and kept in session.json, so that whoever reads the
// figures later knows of it.
//
// A check always answers: it found nothing, it found something, or it could not
// look and says why. What a system does not have, such as a battery or a GPU, is
// nothing found; what it does not tell is not applicable, and never taken for
// nothing.
package preflight

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/shirou/gopsutil/v4/common"

	"github.com/chimeraforge/duet/harness/record"
)

// Lines are what was found as comments of the benchmark format.
func Lines(findings []record.Finding) string {
	out := ""
	for _, f := range findings {
		out += fmt.Sprintf("# may interfere: %s\n#   %s\n", f, f.Do)
	}
	return out
}

// Host is the machine to look at, and what is to be measured on it.
type Host struct {
	Root    string // of /sys and /proc; "": this machine's
	Results string // folder that sessions are written to
	Servers int    // Ollama servers that run already and are to be measured
	// Recent says that this session measured until a moment ago: the load average
	// may be its own.
	Recent bool
	Limits Limits
}

// looks are the checks, in the order in which they are told.
var looks = []func(context.Context, Host) record.Finding{battery, governor, swap, busy, memory, room, others}

// Look asks every check.
func Look(ctx context.Context, h Host) []record.Finding {
	if h.Limits == (Limits{}) {
		h.Limits = DefaultLimits()
	}
	if h.Root != "" {
		ctx = context.WithValue(ctx, common.EnvKey, common.EnvMap{
			common.HostProcEnvKey: filepath.Join(h.Root, "proc"), common.HostSysEnvKey: filepath.Join(h.Root, "sys"),
		})
	}
	out := nvidia(ctx, h) // of any number of GPUs
	for _, look := range looks {
		out = append(out, look(ctx, h))
	}
	return out
}

// path is a file of the system's.
func (h Host) path(parts ...string) string {
	return filepath.Join(append([]string{h.Root, string(filepath.Separator)}, parts...)...)
}

// linux reports whether /sys and /proc are there to be read.
func (h Host) linux() bool { return h.Root != "" || runtime.GOOS == "linux" }

const notTold = "this system does not tell"

// Limits are the thresholds of the checks, named once.
type Limits struct {
	// SwapB: less swap in use is left over from long ago, and nothing waits for it.
	SwapB uint64
	// Busy, share of the cores: a 1-minute load average above it means that others
	// compute. Agents on servers without a GPU need all cores themselves.
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
