// Package sensor reads the sensors of the machine that servers run on: energy,
// power, clocks, memory, temperature, of GPUs or, where there are none, of CPU
// sockets.
//
// # Shape
//
//	Source    where readings come from; one small interface for all:
//	  machine   NVIDIA's library (builds with -tags gpu and cgo), nvidia-smi, and the
//	            energy counters of CPU sockets (package machine)
//	  sim       the simulator's GPU, whose energy is a known answer
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
	"errors"
	"fmt"
	"slices"
	"strings"

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

// Wishes of a session.
const (
	Auto = "auto" // the first that works of Order
	None = "none"
)

// Opener is one way to sensors. Open's error says why there are none; it is for
// people to read.
type Opener struct {
	Name string
	Open func(ctx context.Context) (Source, error)
}

// Find opens the sensors that a session asked for: one of the openers by name,
// or for Auto the first that opens. why says in a few words what was chosen and
// what was not. Without sensors the source is nil: with None, and with Auto
// where nothing opens. Sensors that were asked for by name and are not there
// are an error.
func Find(ctx context.Context, wish string, openers []Opener) (s Source, why string, err error) {
	if wish == None {
		return nil, "as asked", nil
	}
	var refused []string
	for _, o := range openers {
		if wish != o.Name && wish != Auto && wish != "" {
			continue
		}
		s, err := o.Open(ctx)
		if err == nil {
			return s, strings.Join(append([]string{describe(s.Info())}, refused...), "; "), nil
		}
		if ctx.Err() != nil {
			return nil, "", context.Cause(ctx)
		}
		refused = append(refused, fmt.Sprintf("%s: %v", o.Name, err))
	}
	if why = strings.Join(refused, "; "); wish == Auto || wish == "" {
		return nil, why, nil
	}
	if !slices.ContainsFunc(openers, func(o Opener) bool { return o.Name == wish }) {
		why = "not here"
	}
	return nil, "", fmt.Errorf("telemetry: %w", errors.New(why))
}

// describe is a source in a few words.
func describe(i Info) string {
	var names []string
	for _, d := range i.Devices {
		names = append(names, d.Name)
	}
	out := strings.Join(slices.Compact(names), ", ")
	if n := len(i.Devices); n != 1 {
		out = fmt.Sprintf("%d devices: %s", n, out)
	}
	if i.Driver != "" {
		out += ", driver " + i.Driver
	}
	return out
}

var registered []Opener

// Register makes sensors available to Openers; the best come first. Packages call
// it when they are imported.
func Register(o Opener) { registered = append(registered, o) }

// Openers are those that were registered.
func Openers() []Opener { return registered }
