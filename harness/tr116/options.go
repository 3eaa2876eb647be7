package tr116

import (
	"github.com/chimeraforge/duet/harness/record"
)

// options reads what an agent asked for: nothing at all, or some options.
func (f field) options() record.ImportedOptions {
	if f.doc == nil || !f.there() {
		return record.ImportedOptions{}
	}
	o := f.object()
	return record.ImportedOptions{
		NumGPU:        small(o.member("num_gpu").number(layers)),
		NumCtx:        small(o.member("num_ctx").number(contextSize)),
		Temperature:   o.member("temperature").number(temperature),
		TopP:          o.member("top_p").number(probability),
		TopK:          small(o.member("top_k").number(topK)),
		RepeatPenalty: o.member("repeat_penalty").number(penalty),
	}
}

// labelOf names an agent's role by whether it asked for anything.
func labelOf(o record.ImportedOptions) string {
	if o == (record.ImportedOptions{}) {
		return "baseline"
	}
	return "chimera"
}
