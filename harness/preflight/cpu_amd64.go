package preflight

import "encoding/binary"

// cpuid asks the processor; it is in cpu_amd64.s.
func cpuid(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

// brand is the brand string, "" where the processor has none.
func brand() string {
	const first, last = 0x80000002, 0x80000004
	if most, _, _, _ := cpuid(0x80000000, 0); most < last {
		return ""
	}
	var raw []byte
	for leaf := uint32(first); leaf <= last; leaf++ {
		a, b, c, d := cpuid(leaf, 0)
		for _, register := range []uint32{a, b, c, d} {
			raw = binary.LittleEndian.AppendUint32(raw, register)
		}
	}
	return brandString(raw)
}
