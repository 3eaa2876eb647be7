package synthetic

import (
	"github.com/chimeraforge/duet/harness/record"
)

// periodNS is how often the invented sensors are read.
const periodNS = 50e6

// Draw of the invented GPU, milliwatts, by how many agents are at work.
var draw = [...]int64{25_000, 200_000, 240_000}

// addTelemetry gives a run the samples of one GPU, from an idle second before
// its first pass to a second after its last. A counter of energy is only on some
// cards; power is on all.
func addTelemetry(r *record.Run, counter bool) {
	end := r.Passes[len(r.Passes)-1].EndNS
	d := record.Device{
		Kind: record.DeviceGPU, Name: "Example GPU", UUID: "GPU-00c0ffee", MemoryB: ptr(int64(12 << 30)),
		PowerMW: &record.Column{}, Throttle: &record.Column{}, TempC: &record.Column{}, UsedB: &record.Column{},
	}
	if counter {
		d.EnergyUJ = &record.Column{}
	}
	var energy int64
	for at := int64(0); at < end+1e9; at += periodNS {
		mw := draw[atWork(r, at)]
		d.AtNS = append(d.AtNS, min(at, periodNS))
		add(d.PowerMW, mw)
		add(d.Throttle, throttle(r, mw))
		add(d.TempC, 40+mw/10_000)
		add(d.UsedB, 10e9)
		if counter {
			add(d.EnergyUJ, energy)
		}
		energy += mw * periodNS / 1e6
	}
	for _, s := range r.Servers {
		d.Servers = append(d.Servers, record.ServerMemory{Server: s.ID, AtNS: []int64{0}, UsedB: []int64{*s.Model.VRAMB}})
	}
	r.Telemetry = &record.Telemetry{Source: "nvml", Driver: "550.0", PeriodNS: periodNS, Devices: []record.Device{d}, Phases: phases(r)}
}

func add(c *record.Column, v int64) { c.Values = append(c.Values, v) }

// throttle is NVML's bit for a power cap in one run of the beta model's pair.
func throttle(r *record.Run, mw int64) int64 {
	if r.Cell.Model() == "beta:latest" && r.RunNumber == 2 && mw == draw[2] {
		return 4
	}
	return 0
}

// atWork is how many agents have a call in flight.
func atWork(r *record.Run, at int64) (n int) {
	for _, p := range r.Passes {
		for _, c := range p.Calls {
			if c.RequestNS <= at && at < c.EndNS {
				n++
			}
		}
	}
	return n
}

func phases(r *record.Run) []record.Phase {
	out := []record.Phase{{Kind: record.PhaseIdle, ToNS: 0.9e9}}
	for _, p := range r.Passes {
		out = append(out, record.Phase{Kind: p.Kind, Agents: p.Agents, FromNS: p.GunNS, ToNS: p.EndNS})
	}
	return out
}
