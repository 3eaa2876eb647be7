package sensor

import (
	"cmp"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// columns are the quantities of a sample and where a device keeps them.
var columns = []struct {
	of func(*Sample) *int64
	in func(*record.Device) **record.Column
}{
	{func(s *Sample) *int64 { return s.EnergyUJ }, func(d *record.Device) **record.Column { return &d.EnergyUJ }},
	{func(s *Sample) *int64 { return s.PowerMW }, func(d *record.Device) **record.Column { return &d.PowerMW }},
	{func(s *Sample) *int64 { return s.Utilisation }, func(d *record.Device) **record.Column { return &d.Utilisation }},
	{func(s *Sample) *int64 { return s.UsedB }, func(d *record.Device) **record.Column { return &d.UsedB }},
	{func(s *Sample) *int64 { return s.ClockMHz }, func(d *record.Device) **record.Column { return &d.ClockMHz }},
	{func(s *Sample) *int64 { return s.MemClockMHz }, func(d *record.Device) **record.Column { return &d.MemClockMHz }},
	{func(s *Sample) *int64 { return s.Throttle }, func(d *record.Device) **record.Column { return &d.Throttle }},
	{func(s *Sample) *int64 { return s.TempC }, func(d *record.Device) **record.Column { return &d.TempC }},
	{func(s *Sample) *int64 { return s.PCIeTxBps }, func(d *record.Device) **record.Column { return &d.PCIeTxBps }},
	{func(s *Sample) *int64 { return s.PCIeRxBps }, func(d *record.Device) **record.Column { return &d.PCIeRxBps }},
}

// sensed reports whether the sample has a value of any column, and not only
// processes.
func (s *Sample) sensed() bool {
	for _, c := range columns {
		if c.of(s) != nil {
			return true
		}
	}
	return false
}

// series puts the samples of every device into columns, times on the line of
// the samples. owner names the server a process belongs to, "" for none.
func series(devices []record.Device, samples []Sample, owner func(pid int) string) []record.Device {
	slices.SortStableFunc(samples, func(a, b Sample) int { return cmp.Compare(a.NS, b.NS) })
	out := slices.Clone(devices)
	for i := range out {
		mine := slices.DeleteFunc(slices.Clone(samples), func(s Sample) bool { return s.Device != i })
		out[i].Servers = servers(mine, owner)
		fill(&out[i], slices.DeleteFunc(mine, func(s Sample) bool { return !s.sensed() }))
	}
	return out
}

func fill(d *record.Device, samples []Sample) {
	d.AtNS = make([]int64, 0, len(samples))
	last := int64(0)
	for _, s := range samples {
		d.AtNS = append(d.AtNS, s.NS-last)
		last = s.NS
	}
	for _, c := range columns {
		*c.in(d) = column(samples, c.of)
	}
	if e := d.EnergyUJ; e != nil { // since boot, say: many digits that mean nothing
		first := e.Values[0]
		for i := range e.Values {
			e.Values[i] -= first
		}
	}
}

// column is nil when no sample has a value.
func column(samples []Sample, of func(*Sample) *int64) *record.Column {
	var c record.Column
	for i := range samples {
		if v := of(&samples[i]); v != nil {
			c.Values, c.Present = append(c.Values, *v), append(c.Present, int64(i))
		} else {
			c.Missing = append(c.Missing, int64(i))
		}
	}
	switch {
	case len(c.Values) == 0:
		return nil
	case len(c.Missing) <= len(c.Present):
		c.Present = nil
	default:
		c.Missing = nil
	}
	return &c
}

// servers adds up the memory of each server's processes, at the moments at which
// processes were asked for.
func servers(samples []Sample, owner func(pid int) string) []record.ServerMemory {
	whose := func(p Process) string {
		if p.Server != "" || owner == nil {
			return p.Server
		}
		return owner(p.PID)
	}
	var out []record.ServerMemory
	last := map[string]int64{}
	for _, s := range samples {
		sums := map[string]int64{}
		for _, p := range s.Processes {
			if name := whose(p); name != "" {
				sums[name] += p.UsedB
			}
		}
		for name, used := range sums {
			i := slices.IndexFunc(out, func(m record.ServerMemory) bool { return m.Server == name })
			if i < 0 {
				i, out = len(out), append(out, record.ServerMemory{Server: name})
			}
			out[i].AtNS = append(out[i].AtNS, s.NS-last[name])
			out[i].UsedB = append(out[i].UsedB, used)
			last[name] = s.NS
		}
	}
	slices.SortFunc(out, func(a, b record.ServerMemory) int { return cmp.Compare(a.Server, b.Server) })
	return out
}
