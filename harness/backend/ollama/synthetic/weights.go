package synthetic

import (
	"fmt"
	"math"
)

// banned is the constant logit of a token that is never said.
const banned = -80

// tensors lists a model's matrices. Spreads are those at which a signal keeps
// its size from layer to layer.
func (s spec) tensors(a arch, v *vocabulary) []tensor {
	z := s.size
	ts := []tensor{
		{name: "token_embd.weight", rows: len(v.tokens), cols: z.width, store: z.store, spread: 1,
			column0: func(int) float32 { return 1 }},
		s.output(v, v.id[a.end], a.endBias),
		vector("output_norm.weight", z.width, 1),
	}
	for i := range z.layers {
		block := fmt.Sprintf("blk.%d.", i)
		ts = append(ts, attention(block, z)...)
		ts = append(ts, feedForward(block, z)...)
		ts = append(ts, a.extra(block, z)...)
	}
	return ts
}

// output is the matrix that makes logits: see the package comment.
func (s spec) output(v *vocabulary, end uint32, endBias float32) tensor {
	ends := func(row int) bool { return s.ends && uint32(row) == end }
	bias := func(row int) float32 {
		if v.said[row] {
			return 0
		}
		return banned
	}
	if s.size.store == storeQ4 { // replies of these never end by themselves
		return tensor{name: "output.weight", rows: len(v.tokens), cols: s.size.width, store: storeQ4, spread: 2.5 * keeping(s.size.width), column0: bias}
	}
	return tensor{
		name: "output.weight", rows: len(v.tokens), cols: s.size.width, store: storeF16, spread: 2.5 * keeping(s.size.width),
		shape: func(row int, w []float32) {
			if ends(row) {
				clear(w)
				w[0] = endBias
				return
			}
			w[0] = bias(row)
		},
	}
}

func attention(block string, z size) []tensor {
	out := z.matrix(block+"attn_output.weight", z.width, z.queryWidth(), 1)
	out.muteRow0 = true
	return []tensor{
		vector(block+"attn_norm.weight", z.width, 1),
		z.matrix(block+"attn_q.weight", z.queryWidth(), z.width, 1),
		z.matrix(block+"attn_k.weight", z.kvWidth(), z.width, 1),
		z.matrix(block+"attn_v.weight", z.kvWidth(), z.width, 1),
		out,
	}
}

func feedForward(block string, z size) []tensor {
	down := z.matrix(block+"ffn_down.weight", z.width, z.hidden, 2)
	down.muteRow0 = true
	return []tensor{
		vector(block+"ffn_norm.weight", z.width, 1),
		z.matrix(block+"ffn_gate.weight", z.hidden, z.width, 1),
		z.matrix(block+"ffn_up.weight", z.hidden, z.width, 1),
		down,
	}
}

// biases are what qwen2 has beyond llama.
func biases(block string, z size) []tensor {
	return []tensor{
		vector(block+"attn_q.bias", z.queryWidth(), 0),
		vector(block+"attn_k.bias", z.kvWidth(), 0),
		vector(block+"attn_v.bias", z.kvWidth(), 0),
	}
}

// gemmaNorms normalise again after each part of a block. They are silent in
// channel 0, which a norm would otherwise change, and 4 elsewhere because Gemma
// scales its embeddings by the root of the width.
func gemmaNorms(block string, z size) []tensor {
	silent := func(name string) tensor {
		t := vector(block+name, z.width, 4)
		t.column0 = func(int) float32 { return 0 }
		return t
	}
	return []tensor{
		vector(block+"attn_q_norm.weight", z.headWidth, 1),
		vector(block+"attn_k_norm.weight", z.headWidth, 1),
		silent("post_attention_norm.weight"),
		silent("post_ffw_norm.weight"),
	}
}

// matrix is one whose output is gain times as large as its input.
func (z size) matrix(name string, rows, cols int, gain float64) tensor {
	return tensor{name: name, rows: rows, cols: cols, store: z.store, spread: gain * keeping(cols)}
}

func vector(name string, n int, fill float32) tensor {
	return tensor{name: name, rows: 1, cols: n, store: storeF32, fill: fill}
}

// keeping is the spread of the weights of n inputs that keeps a signal's size.
func keeping(n int) float64 { return 1 / math.Sqrt(float64(n)) }
