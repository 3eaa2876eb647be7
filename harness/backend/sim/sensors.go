package sim

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
	"github.com/chimeraforge/duet/harness/record"
	telemetry "github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/internal/clock"
)

// Throttle reasons of the simulated GPU, in NVML's bits.
const (
	reasonIdle  = 0x1
	reasonPower = 0x4 // software power cap
)

// Sensors are the simulated GPU's: what a driver would say of it, except that
// every change of power has a reading of its own, so that the energy between any
// two moments is exact and not sampled.
type Sensors struct {
	sim *Servers

	mu     sync.Mutex
	at     time.Duration // simulated, up to which energy is counted
	active int
	energy float64 // joules
}

var _ telemetry.Source = (*Sensors)(nil)

// Sensors begins to watch the simulated GPU, in place of earlier Sensors.
func (s *Servers) Sensors() telemetry.Source {
	e := s.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deliver(clock.NS(), nil)
	e.gpu.Watch()
	e.gpu.History()
	return &Sensors{sim: s, at: e.gpu.Now(), active: e.gpu.Active()}
}

// Info describes the one GPU that both servers share.
func (x *Sensors) Info() telemetry.Info {
	d := record.Device{Kind: record.DeviceGPU, Name: "simulated GPU"}
	if v := x.sim.cfg.VRAM; v > 0 {
		d.MemoryB = &v
	}
	return telemetry.Info{Source: "sim", Devices: []record.Device{d}}
}

// Read returns two samples per change of power since the last call, before and
// after it, and one for now.
func (x *Sensors) Read(context.Context) ([]telemetry.Sample, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	e := x.sim.engine
	e.mu.Lock()
	e.deliver(clock.NS(), nil)
	changes, now := e.gpu.History(), e.gpu.Now()
	e.mu.Unlock()
	var out []telemetry.Sample
	for _, c := range changes {
		out = append(out, x.sample(c.At))
		x.active = c.Active
		out = append(out, x.sample(c.At))
	}
	last := x.sample(now)
	x.memory(&last)
	return append(out, last), nil
}

// Close does nothing: the sensors go with the servers.
func (x *Sensors) Close() error { return nil }

// sample counts energy up to a time.
func (x *Sensors) sample(at time.Duration) telemetry.Sample {
	power := x.sim.cfg.Power
	watts := power.Watts(x.active)
	x.energy += watts * (at - x.at).Seconds()
	x.at = at
	throttle, busy := int64(reasonIdle), int64(0)
	if x.active > 0 {
		throttle, busy = 0, 100
	}
	if cap := x.sim.cfg.PowerCap; cap > 0 && watts > cap {
		throttle |= reasonPower
	}
	return telemetry.Sample{
		NS:       x.sim.engine.real(at),
		EnergyUJ: whole(x.energy * 1e6), PowerMW: whole(watts * 1e3), Throttle: &throttle, Utilisation: &busy,
	}
}

// memory adds what the servers hold.
func (x *Sensors) memory(s *telemetry.Sample) {
	s.Processes = []telemetry.Process{}
	var used int64
	for _, e := range x.sim.endpoints {
		if vram := e.vram(); vram > 0 {
			used += vram
			s.Processes = append(s.Processes, telemetry.Process{Server: e.id, UsedB: vram})
		}
	}
	s.UsedB = &used
}

// vram is how much of the GPU's memory the server holds.
func (e *endpoint) vram() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.memory.expire(); e.memory.card == nil {
		return 0
	}
	_, vram := e.memory.bytes()
	return vram
}

func whole(f float64) *int64 {
	n := int64(math.Round(f))
	return &n
}

// Served is what really happened to one request to /api/generate or /api/chat
// that reached the simulated GPU: the answer that a meter should have found.
type Served struct {
	Endpoint string // the server's name
	Ordinal  int    // from 1, of the endpoint's requests
	Path     string
	Model    string // full name
	Seed     int
	Fault    FaultKind // "" for none

	ReceivedNS int64   // package clock: the request's headers were read from the connection
	Job        gpu.Job // the work, noise included, as durations alone on the GPU

	PromptTokens int // counted, cached ones included
	CachedTokens int // of these, those that cost nothing

	// Ideal times since the request was received, simulated. An event that did
	// not happen is absent: nil, or fewer Tokens than the job has.
	Loaded *time.Duration // end of the load, where there was one
	Tokens []time.Duration
	Done   *time.Duration

	// The same tokens on the client's clock: when each should have been
	// written, and when the write of its last byte began, nanoseconds of package
	// clock. A faulty stream may have written fewer; a reply that is not streamed
	// none.
	IdealNS   []int64
	WrittenNS []int64

	// What the final chunk said, simulated; zero where it was left out.
	Total, Load, PromptEval, Eval time.Duration

	Reason string // "length", "stop", "load"; "" when the reply did not get to its end
	Reply  string // text that was due, whether or not a fault kept it back
}

// LogLimit is how many requests Log remembers: the latest.
const LogLimit = 10000

// truth is the log of what was served.
type truth struct {
	mu     sync.Mutex
	served []Served
}

func (t *truth) add(s Served) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.served) == LogLimit {
		t.served = t.served[1:]
	}
	t.served = append(t.served, s)
}

// Log returns what happened to the requests that ended so far, in the order in
// which they ended. A request is in it before its final chunk is written.
func (s *Servers) Log() []Served {
	s.truth.mu.Lock()
	defer s.truth.mu.Unlock()
	return slices.Clone(s.truth.served)
}

// ForgetLog empties the log.
func (s *Servers) ForgetLog() {
	s.truth.mu.Lock()
	defer s.truth.mu.Unlock()
	s.truth.served = nil
}
