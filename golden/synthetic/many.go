package synthetic

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/chimeraforge/duet/harness/record"
)

// Many is n runs, round by round through 36 cells, with a few percent of noise
// and one failed in five hundred: the n-th run is the same on every machine. With
// telemetry they are as long on disk as runs that a session wrote.
func Many(n int, telemetry bool) iter.Seq[*record.Run] {
	return func(yield func(*record.Run) bool) {
		for i := range n {
			r := nth(i, 1+i/cells)
			if telemetry {
				addTelemetry(r, true)
			}
			if !yield(r) {
				return
			}
		}
	}
}

var (
	manyModels    = []string{"alpha:7b", "beta:latest", "gamma:13b"}
	manyScenarios = []string{"baseline-vs-chimera", "chimera-homo", "chimera-hetero", "tuned-vs-baseline"}
	manyRuntimes  = []string{"go", "python", "rust"}
)

const cells = 3 * 3 * 4

// nth is a run of the i-th cell.
func nth(i, round int) *record.Run {
	noise := rand.New(rand.NewPCG(uint64(i), 116))
	model, scenario := manyModels[i%3], manyScenarios[i/3%4]
	slow := 1.1 + 0.1*float64(i%cells%7) + 0.04*noise.NormFloat64()
	r := Pair(model, scenario, round, slow)
	if scenario == "tuned-vs-baseline" {
		r = Single(model, round)
	}
	place(r, manyRuntimes[i/12%3])
	if noise.IntN(500) == 0 {
		Fail(r)
	}
	return r
}

// place makes a run one of another client runtime.
func place(r *record.Run, runtime string) {
	r.Cell = r.Cell.With(record.CoordRuntime, runtime)
	r.Cell.ID = fmt.Sprintf("%s/%s/%s/%s_gpu80_ctx512_temp10", r.Suite, runtime, r.Cell.Model()[:4], r.Cell.Scenario())
}

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
