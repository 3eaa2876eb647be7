package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// sensors looks for doubts about a run's energy, and for GPUs that held back. Where
// the work was not done where the sensors are there is no figure, and the doubts
// below are about figures.
func (l Limits) sensors(r *record.Run, d *record.Derived) []record.Finding {
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
		if why := l.thin(&es[i]); why != "" {
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

// thin says why a pass' energy rests on too little, "" when it does not.
func (l Limits) thin(e *record.PassEnergy) string {
	seconds := float64(e.WindowNS) / 1e9
	switch {
	case e.WindowNS == 0:
		return "" // nobody decoded to the end: the run says so itself
	case e.EnergyJ == nil:
		return "no energy: the readings do not span the window"
	case e.Method == record.EnergySamples && float64(e.Samples) < l.PowerRate*seconds:
		return sprint("%d power samples in %.1f s, fewer than %.0f a second", e.Samples, seconds, l.PowerRate)
	case e.Method == record.EnergyCounter && e.Samples < l.CounterSteps:
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
