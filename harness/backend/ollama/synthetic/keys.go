package synthetic

import (
	"maps"

	"github.com/ollama/ollama/fs/ggml"
)

// keys is a model's metadata. The Go types are those that Ollama's reader asks
// for; another integer type is silently read as zero.
func (s spec) keys(a arch, v *vocabulary) ggml.KV {
	z := s.size
	kv := ggml.KV{
		"general.architecture":                       s.arch,
		"general.type":                               "model",
		"general.name":                               "duet " + z.says + " " + s.arch + ", synthetic random weights",
		"general.file_type":                          z.store, // the file types of F16 and Q4_0 are their tensors' own
		s.arch + ".context_length":                   uint32(z.context),
		s.arch + ".block_count":                      uint32(z.layers),
		s.arch + ".embedding_length":                 uint32(z.width),
		s.arch + ".feed_forward_length":              uint32(z.hidden),
		s.arch + ".attention.head_count":             uint32(z.heads),
		s.arch + ".attention.head_count_kv":          uint32(z.kvHeads),
		s.arch + ".attention.layer_norm_rms_epsilon": float32(1e-6),
		s.arch + ".rope.freq_base":                   z.ropeBase,
		"tokenizer.ggml.tokens":                      v.tokens,
		"tokenizer.ggml.token_type":                  v.types,
		"tokenizer.ggml.bos_token_id":                v.id[a.begin],
		"tokenizer.ggml.eos_token_id":                v.id[a.end],
		"tokenizer.ggml.add_eos_token":               false,
	}
	maps.Copy(kv, a.keys(v, z))
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

func gemmaKeys(v *vocabulary, z size) ggml.KV {
	return ggml.KV{
		"tokenizer.ggml.model":            "llama",
		"tokenizer.ggml.scores":           v.scores,
		"tokenizer.ggml.add_space_prefix": false,
		"tokenizer.ggml.add_bos_token":    true,
		"tokenizer.ggml.eot_token_id":     v.id["<end_of_turn>"],
		"tokenizer.ggml.unknown_token_id": v.id["<unk>"],
		"tokenizer.ggml.padding_token_id": v.id["<pad>"],
		"gemma3.attention.key_length":     uint32(z.headWidth),
		"gemma3.attention.value_length":   uint32(z.headWidth),
		"gemma3.attention.sliding_window": uint32(z.sliding),
	}
}
