package canon

import (
	"github.com/chimeraforge/duet/harness/record"
)

func (c *cursor) telemetry(into **record.Telemetry) {
	if !c.key(`"telemetry": `) || c.lit("null") {
		return
	}
	v := &record.Telemetry{}
	*into = v
	c.open("{")
	c.name(`"source": `, &v.Source)
	c.name(`"driver": `, &v.Driver)
	c.int64(`"period_ns": `, &v.PeriodNS)
	if c.key(`"devices": `) {
		v.Devices = list(c, c.device)
	}
	if c.key(`"phases": `) {
		v.Phases = list(c, c.phase)
	}
	if c.key(`"prices": `) && !c.lit("null") {
		v.Prices = &record.Prices{}
		c.prices(v.Prices)
	}
	c.int(`"failures": `, &v.Failures)
	c.text(`"error": `, &v.Error)
	c.close("}")
}

// list reads an array of objects, nil when it is null.
func list[T any](c *cursor, read func(*T)) []T {
	out := []T{}
	if !c.array(func() { var v T; read(&v); out = append(out, v) }) {
		return nil
	}
	return out
}

func (c *cursor) device(v *record.Device) {
	c.open("{")
	c.name(`"kind": `, &v.Kind)
	c.int(`"index": `, &v.Index)
	c.name(`"name": `, &v.Name)
	c.name(`"uuid": `, &v.UUID)
	c.bool(`"mig": `, &v.MIG)
	c.int64p(`"memory_b": `, &v.MemoryB)
	c.int64p(`"power_limit_mw": `, &v.LimitMW)
	c.int64p(`"pcie_generation": `, &v.PCIeGen)
	c.int64p(`"pcie_width": `, &v.PCIeWidth)
	c.integers(`"at_ns": `, &v.AtNS)
	c.column(`"energy_uj": `, &v.EnergyUJ)
	c.column(`"power_mw": `, &v.PowerMW)
	c.column(`"utilisation_percent": `, &v.Utilisation)
	c.column(`"memory_used_b": `, &v.UsedB)
	c.column(`"sm_clock_mhz": `, &v.ClockMHz)
	c.column(`"memory_clock_mhz": `, &v.MemClockMHz)
	c.column(`"throttle_reasons": `, &v.Throttle)
	c.column(`"temperature_c": `, &v.TempC)
	c.column(`"pcie_tx_b_per_s": `, &v.PCIeTxBps)
	c.column(`"pcie_rx_b_per_s": `, &v.PCIeRxBps)
	if c.key(`"servers": `) {
		v.Servers = list(c, c.serverMemory)
	}
	c.close("}")
}

func (c *cursor) column(key string, into **record.Column) {
	if !c.key(key) || c.lit("null") {
		return
	}
	v := &record.Column{}
	*into = v
	c.open("{")
	c.integers(`"missing": `, &v.Missing)
	c.integers(`"present": `, &v.Present)
	c.integers(`"values": `, &v.Values)
	c.close("}")
}

func (c *cursor) serverMemory(v *record.ServerMemory) {
	c.open("{")
	c.name(`"server": `, &v.Server)
	c.integers(`"at_ns": `, &v.AtNS)
	c.integers(`"memory_used_b": `, &v.UsedB)
	c.close("}")
}

func (c *cursor) phase(v *record.Phase) {
	c.open("{")
	c.name(`"kind": `, &v.Kind)
	c.names(`"agents": `, &v.Agents)
	c.int64(`"from_ns": `, &v.FromNS)
	c.int64(`"to_ns": `, &v.ToNS)
	c.close("}")
}

func (c *cursor) prices(v *record.Prices) {
	c.open("{")
	c.name(`"currency": `, &v.Currency)
	c.floatp(`"kwh": `, &v.KWh)
	c.floatp(`"gpu_hour": `, &v.GPUHour)
	c.close("}")
}

// passEnergy is among what a run's file holds twice; see computed.
func (c *cursor) passEnergy(v *record.PassEnergy) {
	c.open("{")
	c.name(`"pass": `, &v.Pass)
	c.int(`"devices": `, &v.Devices)
	c.int64(`"window_ns": `, &v.WindowNS)
	c.name(`"method": `, &v.Method)
	c.int(`"samples": `, &v.Samples)
	c.int64p(`"tokens": `, &v.Tokens)
	c.floatp(`"energy_j": `, &v.EnergyJ)
	c.floatp(`"idle_w": `, &v.IdleW)
	c.floatp(`"mean_w": `, &v.MeanW)
	c.floatp(`"peak_w": `, &v.PeakW)
	c.floatp(`"j_per_tok": `, &v.JPerTok)
	c.floatp(`"tok_per_j": `, &v.TokPerJ)
	c.floatp(`"above_idle_j_per_tok": `, &v.AboveIdle)
	c.floatp(`"tok_per_money_kwh": `, &v.TokPerMoneyKWh)
	c.floatp(`"tok_per_money_gpu_hour": `, &v.TokPerMoneyGPU)
	c.boolp(`"throttled": `, &v.Throttled)
	c.names(`"throttle_reasons": `, &v.Reasons)
	c.int64p(`"temperature_max_c": `, &v.TempMaxC)
	c.int64p(`"sm_clock_min_mhz": `, &v.ClockMin)
	c.int64p(`"sm_clock_max_mhz": `, &v.ClockMax)
	c.int64p(`"memory_used_peak_b": `, &v.UsedPeakB)
	c.int64p(`"peak_vram_b": `, &v.PeakVRAMB)
	if c.key(`"servers": `) {
		v.Servers = list(c, func(p *record.ServerPeak) {
			c.open("{")
			c.name(`"server": `, &p.Server)
			c.int64(`"peak_vram_b": `, &p.PeakB)
			c.close("}")
		})
	}
	c.close("}")
}
