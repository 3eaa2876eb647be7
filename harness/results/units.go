package results

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// Metric is one value of a benchmark line.
type Metric struct {
	Value float64
	Unit  string
}

// Units lists every unit of the benchmark lines with the direction that is
// better, in the order in which a line has them. All are base units, which the
// format's readers scale; ns/op is the wall time of the pass that was measured.
var Units = []struct{ Name, Better string }{
	{"ns/op", "lower"},
	{"speedup-measured", "higher"},
	{"eff-measured-%", "higher"},
	{"eff-client-%", "higher"},
	{"eff-server-%", "higher"},
	{"agg-tok/s", "higher"},
	{"solo-tok/s", "higher"},
	{"tok/s", "higher"},
	{"base-tok/s", "higher"},
	{"tuned-over-base", "higher"},
	{"ttft-ns/op", "lower"},
	{"base-ttft-ns/op", "lower"},
	{"p50-ttft-ns/op", "lower"},
	{"p50-itl-ns/tok", "lower"},
	{"p99-itl-ns/tok", "lower"},
	{"eta-min", "higher"},
	{"balance", "higher"},
	{"jain", "higher"},
	{"J/tok", "lower"},
	{"peak-VRAM-B", "lower"},
	{"start-ns/op", "lower"},
}

// Metrics returns the values of a good run's benchmark line, absent ones left
// out, in the order of Units.
func Metrics(r *record.Run) []Metric {
	d := r.Derived
	if d == nil || !r.OK() {
		return nil
	}
	values := map[string]*float64{
		"speedup-measured": d.SpeedupMeasured,
		"eff-measured-%":   d.EfficiencyMeasured,
		"eff-client-%":     d.EfficiencyClient,
		"eff-server-%":     d.EfficiencyServer,
		"agg-tok/s":        d.AggregateRate,
		"solo-tok/s":       d.SoloRate,
		"tuned-over-base":  d.TunedOverBaseline,
		"balance":          d.Balance,
		"jain":             d.Jain,
	}
	if d.WallNS != nil {
		values["ns/op"] = ptr(float64(*d.WallNS))
	}
	main := record.PassConcurrent
	if r.Suite == record.SuiteSingle {
		main = record.PassTuned
		base := agentsOf(d, record.PassBaseline)
		values["base-tok/s"] = mean(base, func(a record.AgentDerived) *float64 { return a.DecodeServer })
		values["base-ttft-ns/op"] = mean(base, func(a record.AgentDerived) *float64 { return a.TTFTNS })
	}
	agents := agentsOf(d, main)
	values["tok/s"] = mean(agents, func(a record.AgentDerived) *float64 { return a.DecodeServer })
	values["ttft-ns/op"] = mean(agents, func(a record.AgentDerived) *float64 { return a.TTFTNS })
	values["eta-min"] = least(agents, func(a record.AgentDerived) *float64 { return a.Eta })
	callMetrics(r, main, values)
	values["start-ns/op"] = start(r)
	for _, e := range d.Energy {
		if e.Pass == main {
			values["J/tok"], values["peak-VRAM-B"] = e.JPerTok, float(e.PeakVRAMB)
		}
	}

	var out []Metric
	for _, u := range Units {
		if v := values[u.Name]; v != nil {
			out = append(out, Metric{*v, u.Name})
		}
	}
	return out
}

// start is how long the client's process took to get ready for a pass, the mean
// over the run's; absent where it lives in duet's own.
func start(r *record.Run) *float64 {
	var sum float64
	for _, p := range r.Passes {
		if p.Client == nil || p.Client.StartupNS <= 0 {
			return nil
		}
		sum += float64(p.Client.StartupNS)
	}
	if len(r.Passes) == 0 {
		return nil
	}
	return ptr(sum / float64(len(r.Passes)))
}

func agentsOf(d *record.Derived, pass string) []record.AgentDerived {
	return slices.DeleteFunc(slices.Clone(d.Agents), func(a record.AgentDerived) bool { return a.Pass != pass })
}

// mean is absent when any agent's value is: a mean of what is left would be
// another quantity.
func mean(agents []record.AgentDerived, get func(record.AgentDerived) *float64) *float64 {
	var sum float64
	for _, a := range agents {
		v := get(a)
		if v == nil {
			return nil
		}
		sum += *v
	}
	if len(agents) == 0 {
		return nil
	}
	return ptr(sum / float64(len(agents)))
}

func least(agents []record.AgentDerived, get func(record.AgentDerived) *float64) *float64 {
	var out *float64
	for _, a := range agents {
		v := get(a)
		if v == nil {
			return nil
		}
		if out == nil || *v < *out {
			out = v
		}
	}
	return out
}

func float(n *int64) *float64 {
	if n == nil {
		return nil
	}
	return ptr(float64(*n))
}

func ptr[T any](v T) *T { return &v }
