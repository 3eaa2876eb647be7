// Package sensor reads the sensors of the machine that servers run on: energy,
// power, clocks, memory, temperature, of GPUs or, where there are none, of CPU
// sockets.
//
// # Shape
//
//	Source    where readings come from; one small interface for all:
//	  nvml      NVIDIA's library, through go-nvml (builds with -tags gpu and cgo)
//	  smi       one nvidia-smi that keeps printing
//	  rapl      energy counters of CPU sockets, in /sys/class/powercap
//	  simulated the simulator's GPU, whose energy is a known answer
//	Find      chooses the source for a session
//	Recorder  polls a source during one run, and marks the run's phases
//	Sample    what one device said at one moment
//
// # Why it never fails a run
//
// A sensor is a witness, not a part of what is measured. What it does not say
// is absent from the run, and readings that fail are counted there; a warning
// says so beside the figures.
//
// # Time
//
// A sample carries the host's monotonic clock (package clock), as close to the
// moment of the reading as the source knows it, so it lies on the same line as
// every client's stamps.
package sensor

import (
	"context"

	"github.com/chimeraforge/duet/harness/record"
)

// Info describes a source and what it reads.
type Info struct {
	Source  string          // nvml, nvidia-smi, rapl, sim
	Driver  string          // version, where there is one
	Devices []record.Device // without samples
}

// Source is sensors that can be read. It is not safe for concurrent use.
type Source interface {
	// Info is the same at every call.
	Info() Info
	// Read returns what the sensors said since the last call, in the order of
	// time for each device. Samples and an error may come together: one device
	// of several may fail.
	Read(ctx context.Context) ([]Sample, error)
	// Close lets go of the sensors.
	Close() error
}

// Sample is what one device said at one moment. What it did not say is nil.
type Sample struct {
	NS     int64 // package clock
	Device int   // place in Info.Devices

	EnergyUJ    *int64 // counter, microjoules, from any start
	PowerMW     *int64
	Utilisation *int64 // percent
	UsedB       *int64
	ClockMHz    *int64 // of the streaming multiprocessors
	MemClockMHz *int64
	Throttle    *int64 // NVML's bit mask of clock event reasons
	TempC       *int64
	PCIeTxBps   *int64
	PCIeRxBps   *int64

	// Processes that hold memory on the device; nil where nobody asked, empty
	// where none does.
	Processes []Process
}

// Process is one process' memory on a device.
type Process struct {
	PID    int
	Server string // whose it is, where the source knows; else it is looked up
	UsedB  int64
}
