package plan

import (
	"github.com/chimeraforge/duet/harness/record"
)

// Baseline is what an untuned agent asks for: Ollama's documented defaults,
// written out. A server's own defaults change with its version and its memory,
// so a baseline that asks for nothing measures something else next year.
//
// num_gpu 99 asks for every layer, which is what Ollama's "auto" does on a GPU
// that holds the model; 4096 is its default context below 24 GB of VRAM.
var Baseline = Tuning{GPU: 99, Ctx: 4096, Temp: 0.8}

// Tuning is a choice of the three options the study varies.
type Tuning struct {
	GPU  int     `json:"num_gpu"` // layers on the GPU
	Ctx  int     `json:"num_ctx"` // tokens of context
	Temp float64 `json:"temperature"`
}

// The study's tunings.
var (
	// TunedRust is what the study's Rust runs asked for and got.
	TunedRust = Tuning{GPU: 80, Ctx: 512, Temp: 1.0}
	// TunedPython is what the study's Python runs had in effect under the
	// label "ctx512".
	TunedPython = Tuning{GPU: 80, Ctx: 2048, Temp: 1.0}
	// TunedSecond is the other half of chimera-hetero: two tuned agents whose
	// options differ.
	TunedSecond = Tuning{GPU: 60, Ctx: 1024, Temp: 0.8}
)

// Options spells a tuning out as the full set of options that is sent.
func (t Tuning) Options() record.Options {
	return record.Options{
		NumGPU: t.GPU, NumCtx: t.Ctx, Temperature: t.Temp,
		TopP: 0.9, TopK: 40, RepeatPenalty: 1.1,
	}
}

// Tunings are the study's four single-agent tunings: 60 and 80 GPU layers by
// 512 and 1024 tokens of context, at temperature 0.8.
func Tunings() []Tuning {
	var out []Tuning
	for _, gpu := range []int{60, 80} {
		for _, ctx := range []int{512, 1024} {
			out = append(out, Tuning{GPU: gpu, Ctx: ctx, Temp: 0.8})
		}
	}
	return out
}
