package synthetic

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ollama/ollama/fs/ggml"

	"github.com/chimeraforge/duet/harness/plan"
)

// endSuffix ends the name of a model whose replies end by themselves.
const endSuffix = "-eos"

// arch is what differs between the architectures.
type arch struct {
	vocabulary func() *vocabulary
	begin, end string // control tokens
	// endBias is the end token's constant logit, before the last norm, in the
	// models that may end: set so that replies are some 50 to 400 tokens long.
	endBias float32
	keys    func(v *vocabulary, z size) ggml.KV
	extra   func(block string, z size) []tensor // tensors of a block beyond the common ones
}

var arches = map[string]arch{
	"qwen2": {
		vocabulary: func() *vocabulary { return bytePair("<|endoftext|>", "<|im_start|>", "<|im_end|>") },
		begin:      "<|endoftext|>", end: "<|im_end|>", endBias: 13.5,
		keys:  func(v *vocabulary, _ size) ggml.KV { return bytePairKeys(v, "qwen2", false) },
		extra: biases,
	},
	"llama": {
		vocabulary: func() *vocabulary {
			return bytePair("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
		},
		begin: "<|begin_of_text|>", end: "<|eot_id|>", endBias: 13.5,
		keys: func(v *vocabulary, z size) ggml.KV {
			kv := bytePairKeys(v, "llama-bpe", true)
			kv["llama.rope.dimension_count"] = uint32(z.headWidth)
			return kv
		},
		extra: func(string, size) []tensor { return nil },
	},
	"gemma3": {
		vocabulary: sentencePiece,
		begin:      "<bos>", end: "<eos>", endBias: 6,
		keys:  gemmaKeys,
		extra: gemmaNorms,
	},
}

// spec is one model: which architecture at which size, and whether replies end by
// themselves.
type spec struct {
	name string // as Ollama knows it
	arch string
	size size
	ends bool
}

// parse takes a model name apart; a tag of latest may follow it.
func parse(name string) (spec, error) {
	bare := strings.TrimSuffix(name, ":latest")
	if s, ok := full[bare]; ok {
		s.name = bare
		return s, nil
	}
	s := spec{name: bare, size: tiny}
	s.arch, s.ends = strings.CutSuffix(strings.TrimPrefix(bare, plan.TinyPrefix), endSuffix)
	if _, ok := arches[s.arch]; !ok || !strings.HasPrefix(bare, plan.TinyPrefix) {
		return spec{}, fmt.Errorf("%q is not a synthetic model; allowed: %s", name, strings.Join(append(Names(), plan.Full...), ", "))
	}
	return s, nil
}

// Names lists the tiny models: plan.Tiny, and for each of them the one whose
// replies end by themselves. The others are plan.Full.
func Names() []string {
	names := slices.Clone(plan.Tiny)
	for _, n := range plan.Tiny {
		names = append(names, n+endSuffix)
	}
	return names
}

// gguf is the whole model, ready to be written.
func (s spec) gguf() (ggml.KV, []*ggml.Tensor) {
	a := arches[s.arch]
	v := a.vocabulary()
	v.fill(s.size.vocabulary)
	var out []*ggml.Tensor
	for _, t := range s.tensors(a, v) {
		out = append(out, t.ggml())
	}
	return s.keys(a, v), out
}
