package synthetic

import (
	"encoding/binary"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"

	"github.com/ollama/ollama/fs/ggml"
)

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
