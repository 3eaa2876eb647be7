// Package synthetic writes models that are not models: the architectures of
// the study (qwen2, gemma3, llama) with random weights, a few megabytes each,
// which a real Ollama loads and runs on any CPU. Where there is no GPU and no
// way to the model hub, they let the whole chain be exercised: loading, prompt
// evaluation, decoding, streaming, two servers at once. What they say is
// nonsense and how fast they say it tells nothing about the real models, so
// their names and their metadata say that they are synthetic.
//
// There are others as large as the study's, with its models' shapes in four bits a
// weight, for GPUs that no model hub can be reached from. What they say is nonsense
// too; how fast they say it is close to the real ones', since a decoder's speed
// hangs on what it must read.
//
// # Shape
//
//	Write     the GGUF file of one model, byte for byte the same everywhere
//	Register  the same model on a running server, ready to be asked
//
// A vocabulary (byte-level BPE for qwen2 and llama, SentencePiece for gemma3) is
// trained on an English word list of our own, so that a prompt costs about as
// many tokens as it would with the real model, not one for each byte.
//
// # Text that is always printable and never ends early
//
// Channel 0 of every embedding is 1, and no layer writes to it: row 0 of the
// matrices that add to the residual stream is 0. So the first column of the
// output matrix is a constant bias on every logit. It is 0 for whole words and
// −80 for anything else (bytes, word pieces, control tokens), and only words are
// ever said. In the models whose name ends in "-eos" the end token has a bias
// that lets replies end by themselves, at lengths that differ.
//
// # The same bytes everywhere
//
// Weights come from integer arithmetic and one multiplication each, in an order
// that no compiler may change, so that the files have the digests in
// digests.go on every platform. A test holds them.
package synthetic

import (
	"fmt"
	"maps"
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

// digests are the SHA-256 of the files, by model name. When a change to this
// package is meant to change the models, the test prints the new table.
var digests = map[string]string{
	"duet-tiny-qwen2":      "8613a9eff534cf7ab36c2c8da56c0d7bc679826a80d2e7d63363a997e5da66bc",
	"duet-tiny-gemma3":     "1012132266cead59f09fa60d9f5b947fe4eed043a35dd823c58bfc282e458769",
	"duet-tiny-llama":      "998282881c2b771c4341b177df21e0e2bddcb40e04fe5cb3e4d1804cd5467b99",
	"duet-tiny-qwen2-eos":  "3080f70b5fd46c9ff03f6c3de7c62c501a3130500db5b1d6b4ac51f194e36264",
	"duet-tiny-gemma3-eos": "5c633d15837ed24c6640d724ab8c924818e489d409c589376ba758fbb25b5ed9",
	"duet-tiny-llama-eos":  "23c3d517206ecb1dce34ced7bf02bf29634ecba2d92fc9e1c560f069197be74f",

	// Gigabytes each: no test writes them again. The one of four bits in miniature
	// goes the same way.
	"duet-full-qwen2.5-7b":  "58b8613b906f175559ea5ed4d12abf6720f6b4d90a8a7794730d32a9832eb927",
	"duet-full-gemma3-4b":   "4920bb2c70a802d5a8b0fd264d33e8303bc4b28a937a4a7cf2aac3e118c5074f",
	"duet-full-llama3.1-8b": "c96db99f32763b23ecd3f99a5638fcbf2f3d79c724b6bd1b4fa18e6b9141bb6c",
}
