package synthetic

import (
	"encoding/binary"
	"math/rand/v2"
)

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
