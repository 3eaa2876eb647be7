package synthetic

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"

	"github.com/ollama/ollama/fs/ggml"
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

// Storage types of the GGUF format.
const (
	storeF32 = uint32(0)
	storeF16 = uint32(1)
	storeQ4  = uint32(2) // Q4_0: blocks of 32 weights, 4 bits each, and their scale
)

// weightSeed makes the weights of one build of duet those of every other.
const weightSeed = 116

// tensor is a matrix of rows x cols, or a vector when there is one row. GGUF
// gives its shape as cols, rows.
type tensor struct {
	name       string
	rows, cols int
	store      uint32
	spread     float64 // standard deviation of the weights; 0: all are fill
	fill       float32
	muteRow0   bool                       // the layer never writes channel 0
	column0    func(row int) float32      // the constant channel's weight, nil: as the others
	shape      func(row int, w []float32) // last word on a row, nil: none
}

// ggml is the tensor as the GGUF writer takes it.
func (t tensor) ggml() *ggml.Tensor {
	shape := []uint64{uint64(t.cols)}
	if t.rows > 1 {
		shape = append(shape, uint64(t.rows))
	}
	return &ggml.Tensor{Name: t.name, Kind: t.store, Shape: shape, WriterTo: t}
}

// WriteTo writes the weights, which depend on the tensor's name and size alone.
func (t tensor) WriteTo(w io.Writer) (int64, error) {
	h := fnv.New64a()
	io.WriteString(h, t.name)
	random := rand.NewPCG(weightSeed, h.Sum64())
	var content []byte
	var written int64
	row := make([]float32, t.cols)
	for r := range t.rows {
		if t.store == storeQ4 {
			content = t.appendBlocks(content, r, random)
		} else {
			t.fillRow(r, row, random)
			content = appendRow(content, row, t.store)
		}
		if len(content) < pieceOf && r < t.rows-1 {
			continue
		}
		n, err := w.Write(content)
		written, content = written+int64(n), content[:0]
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// pieceOf is how many bytes are written at once: a full-size matrix has hundreds
// of megabytes, and several are written side by side.
const pieceOf = 1 << 20

func (t tensor) fillRow(r int, row []float32, random *rand.PCG) {
	for c := range row {
		row[c] = t.fill
		if t.spread > 0 {
			row[c] = float32(bell(random.Uint64()) * t.spread)
		}
	}
	if t.muteRow0 && r == 0 {
		clear(row)
	}
	if t.column0 != nil {
		row[0] = t.column0(r)
	}
	if t.shape != nil {
		t.shape(r, row)
	}
}

// bell turns 64 random bits into a nearly normal number of deviation 1: the sum
// of four uniform ones, of 16 bits each. The sum is exact and the scaling is a
// single multiplication, so every platform gets the same bits, which
// rand.NormFloat64 does not promise where multiply and add are fused.
func bell(bits uint64) float64 {
	sum := int64(bits&0xffff) + int64(bits>>16&0xffff) + int64(bits>>32&0xffff) + int64(bits>>48)
	const scale = 1 / 37837.2271 // sqrt(4 · (2^32 − 1) / 12)
	return float64(sum-2*0xffff) * scale
}

func appendRow(b []byte, row []float32, store uint32) []byte {
	for _, f := range row {
		if store == storeF16 {
			b = binary.LittleEndian.AppendUint16(b, half(f))
		} else {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
		}
	}
	return b
}

// half rounds to half precision, halves away from zero. Weights are far below
// its largest number; those too small for a normal one become subnormal.
func half(f float32) uint16 {
	bits := math.Float32bits(f) + 0x1000
	sign, exponent := uint16(bits>>16)&0x8000, int(bits>>23&0xff)-112
	if exponent <= 0 {
		return sign | uint16(math.Round(math.Abs(float64(f))*(1<<24)))
	}
	return sign | uint16(exponent)<<10 | uint16(bits>>13)&0x3ff
}

// A Q4_0 block is 32 weights of a row: their scale in half precision, then 16
// bytes with two weights each, element i in the low and i + 16 in the high half.
// A weight is scale x (bits - 8).
const (
	blockOf = 32
	zeroBit = 8
	// fourBits is the standard deviation of 16 equally likely values of four bits,
	// the lowest of which is taken for zero, so that the mean is 0.
	fourBits = 4.1833001 // sqrt(2 x (1^2 + ... + 7^2) / 16)
)

// appendBlocks appends row r. Weights are spread around 0 alike; where channel 0
// is a constant the other 31 of its block are 0, since they share its scale.
func (t tensor) appendBlocks(b []byte, r int, random *rand.PCG) []byte {
	scale := half(float32(t.spread / fourBits))
	for at := 0; at < t.cols; at += blockOf {
		switch {
		case t.muteRow0 && r == 0:
			b = appendConstant(b, 0)
		case at == 0 && t.column0 != nil:
			b = appendConstant(b, t.column0(r))
		default:
			b = binary.LittleEndian.AppendUint16(b, scale)
			b = appendNibbles(b, random.Uint64())
			b = appendNibbles(b, random.Uint64())
		}
	}
	return b
}

// appendConstant is a block with c first and zeros behind it. The lowest value of
// a weight is -8 scales: exact for what channel 0 holds, 1, 0 and -80.
func appendConstant(b []byte, c float32) []byte {
	b = binary.LittleEndian.AppendUint16(b, half(-c/zeroBit))
	first := len(b)
	for range blockOf / 2 {
		b = append(b, zeroBit|zeroBit<<4)
	}
	if c != 0 {
		b[first] = 0 | zeroBit<<4
	}
	return b
}

// appendNibbles appends 64 random bits as 16 weights: the value that would make
// their mean differ from 0 becomes 0.
func appendNibbles(b []byte, bits uint64) []byte {
	for range 8 {
		lo, hi := byte(bits)&0xf, byte(bits)>>4
		if lo == 0 {
			lo = zeroBit
		}
		if hi == 0 {
			hi = zeroBit
		}
		b = append(b, lo|hi<<4)
		bits >>= 8
	}
	return b
}
