package harness

import (
	"github.com/chimeraforge/duet/harness/gpu"
	"github.com/chimeraforge/duet/harness/gpu/nvml"
	"github.com/chimeraforge/duet/harness/gpu/rapl"
	"github.com/chimeraforge/duet/harness/gpu/smi"
)

// openers are the ways to sensors of a real machine, the best first.
var openers = []gpu.Opener{
	{Name: nvml.Name, Open: nvml.Open},
	{Name: smi.Name, Open: smi.Open},
	{Name: rapl.Name, Open: rapl.Open},
}
