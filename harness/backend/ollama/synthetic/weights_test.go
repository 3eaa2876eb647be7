package synthetic

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/ollama/ollama/fs/ggml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/plan"
)

// numbers reads the blocks of a row as llama.cpp does.
func numbers(t *testing.T, b []byte) []float64 {
	t.Helper()
	require.Zero(t, len(b)%18)
	var out []float64
	for ; len(b) > 0; b = b[18:] {
		d := single(binary.LittleEndian.Uint16(b))
		block := make([]float64, 32)
		for i, q := range b[2:18] {
			block[i], block[i+16] = d*float64(int(q&0xf)-8), d*float64(int(q>>4)-8)
		}
		out = append(out, block...)
	}
	return out
}

// single is the number that half precision stands for.
func single(h uint16) float64 {
	f := math.Ldexp(1+float64(h&0x3ff)/1024, int(h>>10&0x1f)-15)
	if h>>10&0x1f == 0 {
		f = math.Ldexp(float64(h&0x3ff)/1024, -14)
	}
	if h>>15 == 1 {
		f = -f
	}
	return f
}

func row(t *testing.T, m tensor) []float64 {
	t.Helper()
	b := &collected{}
	n, err := m.WriteTo(b)
	require.NoError(t, err)
	assert.EqualValues(t, len(b.all), n)
	return numbers(t, b.all)
}

type collected struct{ all []byte }

func (c *collected) Write(p []byte) (int, error) {
	c.all = append(c.all, p...)
	return len(p), nil
}

func TestWeightsOfFourBitsHaveTheSpreadAskedForAndMeanZero(t *testing.T) {
	got := row(t, tensor{name: "x", rows: 300, cols: 1024, store: storeQ4, spread: 0.02})
	var sum, squares float64
	for _, w := range got {
		sum += w
		squares += w * w
	}
	n := float64(len(got))
	assert.Len(t, got, 300*1024, "more than one piece")
	assert.InDelta(t, 0, sum/n, 0.0002)
	assert.InDelta(t, 0.02, math.Sqrt(squares/n), 0.0002)
}

func TestTheConstantChannelIsExactInFourBits(t *testing.T) {
	for _, c := range []float32{0, 1, banned} {
		got := row(t, tensor{name: "x", rows: 2, cols: 64, store: storeQ4, spread: 1, column0: func(int) float32 { return c }})
		for _, at := range []int{0, 64} {
			assert.EqualValues(t, c, got[at])
			for i := 1; i < 32; i++ {
				assert.Zero(t, got[at+i], "the rest of its block")
			}
			assert.NotZero(t, got[at+32]*got[at+33]+got[at+34]*got[at+35])
		}
	}
	muted := row(t, tensor{name: "x", rows: 2, cols: 64, store: storeQ4, spread: 1, muteRow0: true})
	for i := range 64 {
		assert.Zero(t, muted[i])
	}
}

// TestFullShapesInMiniature writes what the full-size models are made by, small.
func TestFullShapesInMiniature(t *testing.T) {
	sums := map[string]string{
		"qwen2":  "a770d8925c0520d797b5dde7b7b30869d0ca0a92f8efc14833b2b093b1424484",
		"gemma3": "5fd86141a84d7d07e2d1a3c94b55c0fe71748c9591ac37b5a16d9c28757c8ee2",
		"llama":  "2e20b6d9987b10b9be71a152059a5dd48998117d084ed712404fce15e083cc5c",
	}
	for _, name := range plan.Full {
		s, err := parse(name)
		require.NoError(t, err)
		assert.Zero(t, s.size.width%blockOf)
		assert.Zero(t, s.size.hidden%blockOf)
		assert.Zero(t, s.size.queryWidth()%blockOf)
		s.size.layers, s.size.width, s.size.hidden, s.size.vocabulary = 2, 128, 256, 5000
		s.size.heads, s.size.kvHeads, s.size.headWidth = 4, 2, 32
		sum, err := s.write(filepath.Join(t.TempDir(), "x.gguf"))
		require.NoError(t, err)
		assert.Equal(t, sums[s.arch], sum, "%s: if the models were meant to change, so do the digests of the full-size ones", s.arch)
		_, tensors := s.gguf()
		for _, x := range tensors {
			if x.Name == "output.weight" {
				assert.Equal(t, []uint64{128, 5000}, x.Shape)
				assert.Equal(t, storeQ4, x.Kind)
				assert.Equal(t, uint64(128*5000/32*18), x.Size(), "as Ollama counts")
			}
		}
	}
}

// TestFullSizes holds the shapes to the number of weights of the real models.
func TestFullSizes(t *testing.T) {
	want := map[string]float64{plan.Full[0]: 7.62e9, plan.Full[1]: 4.55e9, plan.Full[2]: 8.03e9}
	for name, n := range want {
		s, err := parse(name)
		require.NoError(t, err)
		var got float64
		_, tensors := s.gguf()
		for _, x := range tensors {
			got += elements(x)
		}
		assert.InEpsilon(t, n, got, 0.005, name)
	}
}

func elements(x *ggml.Tensor) float64 {
	n := 1.0
	for _, d := range x.Shape {
		n *= float64(d)
	}
	return n
}

func TestHalfRoundsToTheNearest(t *testing.T) {
	for _, c := range []struct {
		in   float32
		want uint16
	}{
		{0, 0}, {1, 0x3c00}, {-2, 0xc000}, {0.5, 0x3800}, {-80, 0xd500},
		{1.0 / 3, 0x3555}, {65504, 0x7bff}, {6.1e-5, 0x03ff}, {5.96e-8, 0x0001},
		{1 + 1.0/1024, 0x3c01},
	} {
		assert.Equal(t, c.want, half(c.in), "%v", c.in)
	}
}

func TestBellHasMeanZeroAndDeviationOne(t *testing.T) {
	random := rand.NewPCG(1, 2)
	var sum, squares float64
	const n = 100_000
	for range n {
		x := bell(random.Uint64())
		sum += x
		squares += x * x
	}
	assert.InDelta(t, 0, sum/n, 0.02)
	assert.InDelta(t, 1, math.Sqrt(squares/n), 0.01)
	assert.Equal(t, -bell(0), bell(math.MaxUint64))
}
