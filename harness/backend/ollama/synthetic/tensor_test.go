package synthetic

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

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
