package metric

import (
	"cmp"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// passEnergies derives what the sensors say of every kind of pass.
func passEnergies(r *record.Run) []record.PassEnergy {
	if r.Telemetry == nil {
		return nil
	}
	var out []record.PassEnergy
	for _, kind := range record.PassKinds {
		if passes := r.PassesOf(kind); len(passes) > 0 {
			out = append(out, passEnergy(r, kind, passes))
		}
	}
	return out
}

// passEnergy is the energy of passes of one kind, taken together: solo passes are
// one per agent, and all of them do the work that the concurrent pass does once. It
// ends early with what is known: memory needs no window in which agents decoded,
// and the state of a GPU no proof that the work was done there. Energy needs both.
func passEnergy(r *record.Run, kind string, passes []*record.Pass) record.PassEnergy {
	t := r.Telemetry
	devices := counting(t)
	e := record.PassEnergy{Pass: kind, Devices: len(devices)}
	memory(&e, devices, passes)
	spans, ok := decoding(passes)
	if !ok {
		return e
	}
	e.WindowNS = length(spans)
	e.Tokens = tokensOf(passes)
	state(&e, devices, spans)
	if elsewhere(r) != "" {
		return e
	}
	e.EnergyJ, e.Method = together(devices, spans)
	e.Samples = fewest(devices, spans)
	e.IdleW = idle(t, devices)
	e.PeakW = peakPower(devices, spans)
	rates(&e)
	costs(&e, t, passes)
	return e
}

// counting are the devices whose energy is the servers': those on which a server
// holds memory where that is known of any, else all there are.
func counting(t *record.Telemetry) []*record.Device {
	var all, held []*record.Device
	for i := range t.Devices {
		d := &t.Devices[i]
		all = append(all, d)
		if len(d.Servers) > 0 {
			held = append(held, d)
		}
	}
	if len(held) > 0 {
		return held
	}
	return all
}

// elsewhere says that the work was not done where the sensors are, as far as the
// servers tell, "" when it was. Such energy is of something else: no figure is
// better.
func elsewhere(r *record.Run) string {
	var size, vram int64
	for _, s := range r.Servers {
		if s.Model == nil || s.Model.SizeB == nil || s.Model.VRAMB == nil {
			return ""
		}
		size, vram = size+*s.Model.SizeB, vram+*s.Model.VRAMB
	}
	switch ofGPUs := gpus(r.Telemetry); {
	case len(r.Servers) == 0:
	case ofGPUs && vram == 0:
		return sprint("no energy: nothing is in VRAM, and %s reads GPUs only (-duet.telemetry=rapl reads CPU sockets)", r.Telemetry.Source)
	case !ofGPUs && vram > 0:
		return sprint("no energy: models are in VRAM, and %s reads CPU sockets only", r.Telemetry.Source)
	}
	return ""
}

// together is the energy of all devices; one without energy makes it absent.
func together(devices []*record.Device, spans []span) (*float64, string) {
	var sum float64
	method := ""
	for _, d := range devices {
		j, how := joules(d, spans)
		if j == nil {
			return nil, ""
		}
		sum += *j
		method = max(method, how) // samples, the weaker one, wins
	}
	if len(devices) == 0 {
		return nil, ""
	}
	return stats.Finite(sum), method
}

// fewest is the number of readings of the device that has the least: the sum of
// several devices' energy is as good as the worst of them.
func fewest(devices []*record.Device, spans []span) int {
	least := -1
	for _, d := range devices {
		if n := len(evidence(d, spans)); least < 0 || n < least {
			least = n
		}
	}
	return max(0, least)
}

// idle is the mean power over the idle baseline, watts. It was taken once, before
// the run: a machine that is still warm from the run before has an idle power that
// is too high, and then "above idle" is too low.
func idle(t *record.Telemetry, devices []*record.Device) *float64 {
	for _, p := range t.Phases {
		if p.Kind == record.PhaseIdle {
			s := span{p.FromNS, p.ToNS}
			j, _ := together(devices, []span{s})
			return watts(j, s.to-s.from)
		}
	}
	return nil
}

// watts is joules over nanoseconds.
func watts(j *float64, ns int64) *float64 {
	s := float64(ns) / 1e9
	return stats.Over(j, &s)
}

// rates derives what is per time and per token. Mean power is over the window in
// which agents decoded, not over the pass: a pass waits for prompts too.
func rates(e *record.PassEnergy) {
	e.MeanW = watts(e.EnergyJ, e.WindowNS)
	e.JPerTok = stats.Over(e.EnergyJ, stats.Float(e.Tokens))
	e.TokPerJ = stats.Over(stats.Float(e.Tokens), e.EnergyJ)
	if e.IdleW != nil {
		e.AboveIdle = stats.Over(stats.Minus(e.EnergyJ, stats.Scaled(e.IdleW, float64(e.WindowNS)/1e9)), stats.Float(e.Tokens))
	}
}

// jPerKWh is 1,000 W for 3,600 s.
const jPerKWh = 3.6e6

// costs derives tokens per unit of money: of energy by the energy of the window,
// of hardware by the whole time from gun to end, since that is rented.
func costs(e *record.PassEnergy, t *record.Telemetry, passes []*record.Pass) {
	if t.Prices == nil {
		return
	}
	if p := t.Prices.KWh; p != nil {
		e.TokPerMoneyKWh = stats.Over(stats.Float(e.Tokens), stats.Scaled(e.EnergyJ, *p/jPerKWh))
	}
	if p := t.Prices.GPUHour; p != nil && e.Devices > 0 && gpus(t) {
		var ns int64
		for _, pass := range passes {
			ns += pass.WallNS()
		}
		rent := float64(ns) / 3.6e12 * *p * float64(e.Devices)
		e.TokPerMoneyGPU = stats.Over(stats.Float(e.Tokens), &rent)
	}
}

// gpus reports whether the sensors are GPUs': an hour of a CPU has no such price.
func gpus(t *record.Telemetry) bool {
	return !slices.ContainsFunc(t.Devices, func(d record.Device) bool { return d.Kind != record.DeviceGPU })
}

// tokensOf sums the tokens of passes, absent where one call has none.
func tokensOf(passes []*record.Pass) *int64 {
	return Sum(passes, func(p *record.Pass) *int64 {
		return Sum(p.Calls, func(c record.Call) *int64 { return tokens(&c) })
	})
}

// span is a stretch of a run, in nanoseconds since its origin.
type span struct{ from, to int64 }

// decoding is when at least one agent of the passes was decoding: from a call's
// first text to its last chunk, overlapping calls counted once. Prompts, and the
// moments between two calls, are not in it. false when a call failed or has no
// such stamps: the window would be another one.
func decoding(passes []*record.Pass) ([]span, bool) {
	var all []span
	for _, p := range passes {
		for i := range p.Calls {
			c := &p.Calls[i]
			if c.Error != "" || c.FirstNS == nil || c.DoneNS == nil || *c.DoneNS <= *c.FirstNS {
				return nil, false
			}
			all = append(all, span{*c.FirstNS, *c.DoneNS})
		}
	}
	return union(all), len(all) > 0
}

// union joins spans that overlap or touch.
func union(all []span) []span {
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var out []span
	for _, s := range all {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// length is the time in spans, nanoseconds.
func length(spans []span) (ns int64) {
	for _, s := range spans {
		ns += s.to - s.from
	}
	return ns
}

// within reports whether a time lies in one of the spans. What is read at the
// very end of one may be of what comes next, so it is not in it.
func within(spans []span, at int64) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.from <= at && at < s.to })
}
