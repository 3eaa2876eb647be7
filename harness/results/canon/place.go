package canon

import (
	"github.com/chimeraforge/duet/harness/record"
)

func (c *cursor) servers(into *[]record.Server) {
	out := []record.Server{}
	if c.array(func() { out = append(out, record.Server{}); c.server(&out[len(out)-1]) }) {
		*into = out
	}
}

func (c *cursor) server(v *record.Server) {
	c.open("{")
	c.name(`"id": `, &v.ID)
	c.name(`"url": `, &v.URL)
	c.name(`"version": `, &v.Version)
	c.int(`"pid": `, &v.PID)
	c.name(`"log": `, &v.Log)
	if c.key(`"model": `) && !c.lit("null") {
		v.Model = &record.Model{}
		c.model(v.Model)
	}
	c.int(`"parallel": `, &v.Parallel)
	if c.key(`"container": `) && !c.lit("null") {
		v.Container = &record.Container{}
		c.container(v.Container)
	}
	c.close("}")
}

func (c *cursor) container(v *record.Container) {
	c.open("{")
	c.name(`"id": `, &v.ID)
	c.name(`"image": `, &v.Image)
	c.name(`"image_id": `, &v.ImageID)
	c.name(`"gpus": `, &v.GPUs)
	c.float(`"cpus": `, &v.CPUs)
	c.int64(`"memory_b": `, &v.MemoryB)
	c.bool(`"proxied": `, &v.Proxied)
	c.close("}")
}

func (c *cursor) model(v *record.Model) {
	c.open("{")
	c.name(`"name": `, &v.Name)
	c.name(`"digest": `, &v.Digest)
	c.name(`"family": `, &v.Family)
	c.name(`"parameter_size": `, &v.ParameterSize)
	c.name(`"quantization_level": `, &v.Quantization)
	c.int(`"max_context": `, &v.MaxContext)
	c.int(`"layers": `, &v.Layers)
	c.intp(`"context_length": `, &v.Context)
	c.int64p(`"size_b": `, &v.SizeB)
	c.int64p(`"size_vram_b": `, &v.VRAMB)
	c.close("}")
}

func (c *cursor) agents(into *[]record.Agent) {
	out := []record.Agent{}
	if c.array(func() { out = append(out, record.Agent{}); c.agent(&out[len(out)-1]) }) {
		*into = out
	}
}

func (c *cursor) agent(v *record.Agent) {
	c.open("{")
	c.name(`"id": `, &v.ID)
	c.name(`"label": `, &v.Label)
	c.name(`"endpoint": `, &v.Endpoint)
	c.name(`"model": `, &v.Model)
	if c.key(`"options": `) {
		c.options(&v.Options)
	}
	c.int64p(`"resident_load_ns": `, &v.ResidentLoadNS)
	c.close("}")
}

func (c *cursor) options(v *record.Options) {
	c.open("{")
	c.int(`"num_gpu": `, &v.NumGPU)
	c.int(`"num_ctx": `, &v.NumCtx)
	c.float(`"temperature": `, &v.Temperature)
	c.float(`"top_p": `, &v.TopP)
	c.int(`"top_k": `, &v.TopK)
	c.float(`"repeat_penalty": `, &v.RepeatPenalty)
	c.int(`"num_predict": `, &v.NumPredict)
	c.int(`"num_thread": `, &v.NumThread)
	c.int(`"seed": `, &v.Seed)
	c.close("}")
}
