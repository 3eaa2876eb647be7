package tinymodels

import (
	"fmt"
	"math"
)

// banned is the constant logit of a token that is never said.
const banned = -80

// tensors lists a model's matrices. Spreads are those at which a signal keeps
// its size from layer to layer.
func (s spec) tensors(a arch, v *vocabulary) []tensor {
	ts := []tensor{
		{name: "token_embd.weight", rows: len(v.tokens), cols: width, store: storeF16, spread: 1,
			column0: func(int) float32 { return 1 }},
		s.output(v, v.id[a.end], a.endBias),
		vector("output_norm.weight", width, 1),
	}
	for i := range layers {
		block := fmt.Sprintf("blk.%d.", i)
		ts = append(ts, attention(block)...)
		ts = append(ts, feedForward(block)...)
		ts = append(ts, a.extra(block)...)
	}
	return ts
}

// output is the matrix that makes logits: see the package comment.
func (s spec) output(v *vocabulary, end uint32, endBias float32) tensor {
	ends := func(row int) bool { return s.ends && uint32(row) == end }
	return tensor{
		name: "output.weight", rows: len(v.tokens), cols: width, store: storeF16, spread: 2.5 * keeping(width),
		shape: func(row int, w []float32) {
			switch {
			case ends(row):
				clear(w)
				w[0] = endBias
			case v.said[row]:
				w[0] = 0
			default:
				w[0] = banned
			}
		},
	}
}

func attention(block string) []tensor {
	out := matrixOf(block+"attn_output.weight", width, width, keeping(width))
	out.muteRow0 = true
	return []tensor{
		vector(block+"attn_norm.weight", width, 1),
		matrixOf(block+"attn_q.weight", width, width, keeping(width)),
		matrixOf(block+"attn_k.weight", kvWidth, width, keeping(width)),
		matrixOf(block+"attn_v.weight", kvWidth, width, keeping(width)),
		out,
	}
}

func feedForward(block string) []tensor {
	down := matrixOf(block+"ffn_down.weight", width, hidden, 2*keeping(hidden))
	down.muteRow0 = true
	return []tensor{
		vector(block+"ffn_norm.weight", width, 1),
		matrixOf(block+"ffn_gate.weight", hidden, width, keeping(width)),
		matrixOf(block+"ffn_up.weight", hidden, width, keeping(width)),
		down,
	}
}

// biases are what qwen2 has beyond llama.
func biases(block string) []tensor {
	return []tensor{
		vector(block+"attn_q.bias", width, 0),
		vector(block+"attn_k.bias", kvWidth, 0),
		vector(block+"attn_v.bias", kvWidth, 0),
	}
}

// gemmaNorms normalise again after each part of a block. They are silent in
// channel 0, which a norm would otherwise change, and 4 elsewhere because Gemma
// scales its embeddings by the root of the width.
func gemmaNorms(block string) []tensor {
	silent := func(name string) tensor {
		t := vector(block+name, width, 4)
		t.column0 = func(int) float32 { return 0 }
		return t
	}
	return []tensor{
		vector(block+"attn_q_norm.weight", headWidth, 1),
		vector(block+"attn_k_norm.weight", headWidth, 1),
		silent("post_attention_norm.weight"),
		silent("post_ffw_norm.weight"),
	}
}

func matrixOf(name string, rows, cols int, spread float64) tensor {
	return tensor{name: name, rows: rows, cols: cols, store: storeF16, spread: spread}
}

func vector(name string, n int, fill float32) tensor {
	return tensor{name: name, rows: 1, cols: n, store: storeF32, fill: fill}
}

// keeping is the spread of the weights of n inputs that keeps a signal's size.
func keeping(n int) float64 { return 1 / math.Sqrt(float64(n)) }
