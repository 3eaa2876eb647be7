package synthetic

import (
	"github.com/chimeraforge/duet/harness/plan"
)

// size is the shape of a model.
type size struct {
	layers, width, hidden     int // width: embedding length; hidden: feed-forward length
	heads, kvHeads, headWidth int
	context, sliding          int // tokens; sliding is Gemma's window
	vocabulary                int // tokens, at least; 0: those that were learned
	store                     uint32
	ropeBase                  float32
	says                      string // for the model's own description
}

func (z size) queryWidth() int { return z.heads * z.headWidth }
func (z size) kvWidth() int    { return z.kvHeads * z.headWidth }

// tiny is small enough for any CPU, and large enough that decoding is work.
var tiny = size{
	layers: 6, width: 256, hidden: 768, heads: 4, kvHeads: 2, headWidth: 64,
	context: 8192, sliding: 512, store: storeF16, ropeBase: 500_000, says: "tiny",
}

// full are the shapes of the study's models, from their published configurations:
// as many weights in as many matrices, four bits each, as the real ones quantised
// to Q4_0. They are for GPUs that cannot reach a model hub: a decoder's speed
// hangs on what it must read, not on what it says. The real files keep the output
// matrix in more bits, and Gemma's share it with the embedding.
var full = map[string]spec{
	plan.Full[0]: {arch: "qwen2", size: size{
		layers: 28, width: 3584, hidden: 18944, heads: 28, kvHeads: 4, headWidth: 128,
		context: 32768, vocabulary: 152064, store: storeQ4, ropeBase: 1_000_000, says: "full-size 7B",
	}},
	// Ollama gives Gemma models of 34 layers the rope scale of the real 4B.
	plan.Full[1]: {arch: "gemma3", size: size{
		layers: 34, width: 2560, hidden: 10240, heads: 8, kvHeads: 4, headWidth: 256,
		context: 131072, sliding: 1024, vocabulary: 262144, store: storeQ4, ropeBase: 1_000_000, says: "full-size 4B",
	}},
	plan.Full[2]: {arch: "llama", size: size{
		layers: 32, width: 4096, hidden: 14336, heads: 32, kvHeads: 8, headWidth: 128,
		context: 131072, vocabulary: 128256, store: storeQ4, ropeBase: 500_000, says: "full-size 8B",
	}},
}
