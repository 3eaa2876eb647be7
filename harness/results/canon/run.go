package canon

import (
	"github.com/chimeraforge/duet/harness/record"
)

func (c *cursor) run(r *record.Run) {
	c.open("{")
	c.name(`"schema": `, &r.Schema)
	c.name(`"session": `, &r.Session)
	c.name(`"suite": `, &r.Suite)
	remembered(c, `"cell": `, &c.r.cell, &r.Cell, c.cell)
	c.int(`"run_number": `, &r.RunNumber)
	c.int(`"round": `, &r.Round)
	c.rerun(&r.Rerun)
	c.uint64(`"seed": `, &r.Seed)
	c.time(`"started": `, &r.Started)
	c.int64(`"origin_ns": `, &r.OriginNS)
	c.name(`"status": `, &r.Status)
	c.text(`"error": `, &r.Error)
	remembered(c, `"backend": `, &c.r.backend, &r.Backend, c.backend)
	c.environment(&r.Environment)
	c.meter(&r.Meter)
	remembered(c, `"servers": `, &c.r.servers, &r.Servers, c.servers)
	remembered(c, `"agents": `, &c.r.agents, &r.Agents, c.agents)
	c.passes(&r.Passes)
	c.telemetry(&r.Telemetry)
	c.computed(r)
	c.warnings(&r.Warnings)
	c.close("}")
}

func (c *cursor) rerun(into **record.Rerun) {
	if !c.key(`"rerun": `) || c.lit("null") {
		return
	}
	v := &record.Rerun{}
	c.open("{")
	c.integers(`"of": `, &v.Of)
	c.text(`"reason": `, &v.Reason)
	c.close("}")
	*into = v
}

func (c *cursor) cell(v *record.Cell) {
	c.open("{")
	c.name(`"id": `, &v.ID)
	c.name(`"model": `, &v.Model)
	c.name(`"runtime": `, &v.Runtime)
	c.name(`"scenario": `, &v.Scenario)
	c.int(`"gpu": `, &v.GPU)
	c.int(`"ctx": `, &v.Ctx)
	c.float(`"temp": `, &v.Temp)
	c.name(`"machine": `, &v.Machine)
	c.close("}")
}

func (c *cursor) backend(v *record.Backend) {
	c.open("{")
	c.name(`"kind": `, &v.Kind)
	c.bool(`"simulated": `, &v.Simulated)
	c.bool(`"synthetic": `, &v.Synthetic)
	c.bool(`"virtual": `, &v.Virtual)
	c.float(`"timescale": `, &v.Timescale)
	c.name(`"topology": `, &v.Topology)
	c.name(`"machine": `, &v.Machine)
	c.close("}")
}

func (c *cursor) environment(v *record.Environment) {
	if !c.key(`"environment": `) {
		return
	}
	c.open("{")
	c.name(`"commit": `, &v.Commit)
	c.name(`"go": `, &v.Go)
	c.name(`"os": `, &v.OS)
	c.name(`"arch": `, &v.Arch)
	c.name(`"kernel": `, &v.Kernel)
	c.name(`"cpu": `, &v.CPU)
	c.int(`"cores": `, &v.Cores)
	c.int64(`"memory_b": `, &v.MemoryB)
	c.name(`"governor": `, &v.Governor)
	c.names(`"gpus": `, &v.GPUs)
	c.floatp(`"load1": `, &v.Load1)
	c.close("}")
}

func (c *cursor) meter(into **record.Meter) {
	if !c.key(`"meter": `) || c.lit("null") {
		return
	}
	v := &record.Meter{}
	c.open("{")
	c.int64(`"ttft_error_ns": `, &v.TTFTErrorNS)
	c.int64(`"ttft_spread_ns": `, &v.TTFTSpreadNS)
	c.int64(`"call_error_ns": `, &v.CallErrorNS)
	c.int64(`"call_spread_ns": `, &v.CallSpreadNS)
	c.close("}")
	*into = v
}

func (c *cursor) warnings(into *[]record.Warning) {
	if !c.key(`"warnings": `) {
		return
	}
	out := c.r.warnings[:0]
	if c.array(func() {
		var w record.Warning
		c.open("{")
		c.name(`"code": `, &w.Code)
		c.name(`"agent": `, &w.Agent)
		c.text(`"message": `, &w.Message)
		c.close("}")
		out = append(out, w)
	}) {
		*into = kept(c.r, out)
	}
	c.r.warnings = out
}

func (c *cursor) passes(into *[]record.Pass) {
	if !c.key(`"passes": `) {
		return
	}
	passes := c.r.passes[:0]
	if c.array(func() {
		passes = append(passes, record.Pass{})
		c.pass(&passes[len(passes)-1], len(passes)-1)
	}) {
		*into = kept(c.r, passes)
	}
	c.r.passes = passes
}

func (c *cursor) pass(v *record.Pass, place int) {
	c.open("{")
	c.name(`"kind": `, &v.Kind)
	c.names(`"agents": `, &v.Agents)
	c.int64(`"gun_ns": `, &v.GunNS)
	c.int64(`"end_ns": `, &v.EndNS)
	c.calls(&v.Calls, place)
	if c.key(`"client": `) && !c.lit("null") {
		v.Client = &record.Client{}
		c.client(v.Client)
	}
	c.close("}")
}

func (c *cursor) client(v *record.Client) {
	c.open("{")
	c.int64(`"cpu_ns": `, &v.CPUNS)
	c.int64(`"peak_rss_b": `, &v.PeakRSS)
	c.bool(`"shared": `, &v.Shared)
	c.name(`"runtime": `, &v.Runtime)
	c.int64(`"startup_ns": `, &v.StartupNS)
	c.close("}")
}
