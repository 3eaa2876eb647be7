package tinymodels

import (
	"maps"

	"github.com/ollama/ollama/fs/ggml"
)

// keys is a model's metadata. The Go types are those that Ollama's reader asks
// for; another integer type is silently read as zero.
func (s spec) keys(a arch, v *vocabulary) ggml.KV {
	kv := ggml.KV{
		"general.architecture":                       s.arch,
		"general.type":                               "model",
		"general.name":                               "duet tiny " + s.arch + ", synthetic random weights",
		"general.file_type":                          storeF16,
		s.arch + ".context_length":                   uint32(maxContext),
		s.arch + ".block_count":                      uint32(layers),
		s.arch + ".embedding_length":                 uint32(width),
		s.arch + ".feed_forward_length":              uint32(hidden),
		s.arch + ".attention.head_count":             uint32(heads),
		s.arch + ".attention.head_count_kv":          uint32(kvHeads),
		s.arch + ".attention.layer_norm_rms_epsilon": float32(1e-6),
		s.arch + ".rope.freq_base":                   float32(500_000),
		"tokenizer.ggml.tokens":                      v.tokens,
		"tokenizer.ggml.token_type":                  v.types,
		"tokenizer.ggml.bos_token_id":                v.id[a.begin],
		"tokenizer.ggml.eos_token_id":                v.id[a.end],
		"tokenizer.ggml.add_eos_token":               false,
	}
	maps.Copy(kv, a.keys(v))
	return kv
}

// bytePairKeys describe a byte-level BPE tokenizer; pre names how text is cut
// into words before merging.
func bytePairKeys(v *vocabulary, pre string, addBegin bool) ggml.KV {
	return ggml.KV{
		"tokenizer.ggml.model":         "gpt2",
		"tokenizer.ggml.pre":           pre,
		"tokenizer.ggml.merges":        v.merges,
		"tokenizer.ggml.add_bos_token": addBegin,
	}
}

func gemmaKeys(v *vocabulary) ggml.KV {
	return ggml.KV{
		"tokenizer.ggml.model":            "llama",
		"tokenizer.ggml.scores":           v.scores,
		"tokenizer.ggml.add_space_prefix": false,
		"tokenizer.ggml.add_bos_token":    true,
		"tokenizer.ggml.eot_token_id":     v.id["<end_of_turn>"],
		"tokenizer.ggml.unknown_token_id": v.id["<unk>"],
		"tokenizer.ggml.padding_token_id": v.id["<pad>"],
		"gemma3.attention.key_length":     uint32(headWidth),
		"gemma3.attention.value_length":   uint32(headWidth),
		"gemma3.attention.sliding_window": uint32(slidingSpan),
	}
}
