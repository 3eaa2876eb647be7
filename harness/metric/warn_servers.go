package metric

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// sprint and join are short names for what every finding needs.
func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func join(names []string) string { return strings.Join(names, ", ") }

// labels checks that some agent asked for what the cell is labelled with.
func labels(r *record.Run) []record.Finding {
	if len(r.Agents) == 0 {
		return nil
	}
	for _, a := range r.Agents {
		o := a.Options
		if o.NumGPU == r.Cell.GPU() && o.NumCtx == r.Cell.Ctx() && o.Temperature == r.Cell.Temp() {
			return nil
		}
	}
	return doubt(LabelMismatch, "", "the cell is labelled gpu %d, ctx %d, temperature %.1f, and no agent asked for that", r.Cell.GPU(), r.Cell.Ctx(), r.Cell.Temp())
}

// effective checks that what an agent asked for is what its server did. The
// tuned options are the ones in effect when a single-agent server is looked at.
func effective(r *record.Run) []record.Finding {
	var out []record.Finding
	for _, s := range r.Servers {
		if s.Model == nil {
			continue
		}
		for _, a := range agentsOn(r, s.ID) {
			if c, o := s.Model.Context, a.Options; c != nil && o.NumCtx > 0 && *c != o.NumCtx {
				out = append(out, doubt(LabelMismatch, a.ID, "asked for a context of %d tokens, %d in effect", o.NumCtx, *c)...)
			}
			out = append(out, placement(r, s, a)...)
		}
	}
	return out
}

// proxied looks for servers behind a container engine's proxy.
func proxied(r *record.Run) []record.Finding {
	var out []record.Finding
	for _, s := range r.Servers {
		if s.Container != nil && s.Container.Proxied {
			out = append(out, doubt(ProxiedGaps, s.ID, "a published port, not this machine's loopback itself")...)
		}
	}
	return out
}

// placement compares the GPU layers asked for with where the model is. Ollama
// does not say how many layers are in effect, only how many bytes are in VRAM.
func placement(r *record.Run, s record.Server, a *record.Agent) []record.Finding {
	o, size, vram := a.Options, s.Model.SizeB, s.Model.VRAMB
	switch {
	case o.NumGPU <= 0 || size == nil || vram == nil || *vram >= *size:
		return nil
	case *vram == 0:
		return doubt(NotOnGPU, a.ID, "nothing is in VRAM: gpu=%d in the label was asked for and is not in effect", r.Cell.GPU())
	}
	if o.NumGPU < s.Model.Layers {
		return nil // a split is what was asked for
	}
	return doubt(LabelMismatch, a.ID, "asked for %d GPU layers, and %.0f %% of the model's bytes are in VRAM; the rest runs on the CPU", o.NumGPU, 100*float64(*vram)/float64(*size))
}

// agentsOn are the agents that talk to a server, each once: with the tuned options
// where one had two in turn.
func agentsOn(r *record.Run, server string) []*record.Agent {
	var out []*record.Agent
	for i := range r.Agents {
		a := &r.Agents[i]
		if cmp.Or(a.Server, a.ID) != server {
			continue
		}
		at := slices.IndexFunc(out, func(o *record.Agent) bool { return o.ID == a.ID })
		switch {
		case at < 0:
			out = append(out, a)
		case a.Label == "chimera":
			out[at] = a
		}
	}
	return out
}

// sensorDoubts looks for doubts about a run's energy, and for GPUs that held back. Where
// the work was not done where the sensors are there is no figure, and the doubts
// below are about figures.
func sensorDoubts(r *record.Run, d *record.Derived) []record.Finding {
	t := r.Telemetry
	if t == nil {
		return nil
	}
	es := d.Energy
	out := slowed(es)
	if t.Failures > 0 {
		out = append(out, doubt(EnergyDoubt, "", "%d readings of %s failed, the first with: %s", t.Failures, t.Source, t.Error)...)
	}
	if slices.ContainsFunc(t.Devices, func(d record.Device) bool { return d.MIG }) {
		out = append(out, doubt(EnergyDoubt, "", "the GPU is cut into instances (MIG), and its sensors speak of the whole board")...)
	}
	if why := elsewhere(r); why != "" {
		return append(out, doubt(EnergyDoubt, "", "%s", why)...)
	}
	if gpus(t) && split(r) {
		out = append(out, doubt(EnergyDoubt, "", "a part of a model is outside VRAM, and %s reads GPUs only", t.Source)...)
	}
	for i := range es {
		if why := thinEnergy(&es[i]); why != "" {
			out = append(out, doubt(EnergyDoubt, "", "%s: %s", es[i].Pass, why)...)
		}
	}
	return out
}

// slowed names the passes in which a GPU was throttled, and why. A throttled pass
// gives the wrong speedup when the other was not: two agents heat a GPU more than
// one.
func slowed(es []record.PassEnergy) []record.Finding {
	var passes, reasons []string
	for _, e := range es {
		if e.Throttled == nil || !*e.Throttled {
			continue
		}
		passes = append(passes, e.Pass)
		reasons = append(reasons, e.Reasons...)
	}
	if len(passes) == 0 {
		return nil
	}
	slices.Sort(reasons)
	return doubt(Throttled, "", "in %s: %s", join(passes), join(slices.Compact(reasons)))
}

// thinEnergy says why a pass' energy rests on too little, "" when it does not.
func thinEnergy(e *record.PassEnergy) string {
	seconds := float64(e.WindowNS) / 1e9
	switch {
	case e.WindowNS == 0:
		return "" // nobody decoded to the end: the run says so itself
	case e.EnergyJ == nil:
		return "no energy: the readings do not span the window"
	case e.Method == record.EnergySamples && float64(e.Samples) < powerRate*seconds:
		return sprint("%d power samples in %.1f s, fewer than %.0f a second", e.Samples, seconds, powerRate)
	case e.Method == record.EnergyCounter && e.Samples < counterSteps:
		return sprint("%d readings of the energy counter in %.2f s", e.Samples, seconds)
	}
	return ""
}

// split reports whether a server holds a model only in part in VRAM. The CPU's
// share of the energy is then in no GPU's reading.
func split(r *record.Run) bool {
	return slices.ContainsFunc(r.Servers, func(s record.Server) bool {
		m := s.Model
		return m != nil && m.SizeB != nil && m.VRAMB != nil && *m.VRAMB < *m.SizeB
	})
}
