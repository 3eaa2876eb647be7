package harness

import (
	"github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/harness/sensor/nvml"
	"github.com/chimeraforge/duet/harness/sensor/rapl"
	"github.com/chimeraforge/duet/harness/sensor/smi"
)

// openers are the ways to sensors of a real machine, the best first.
var openers = []sensor.Opener{
	{Name: nvml.Name, Open: nvml.Open},
	{Name: smi.Name, Open: smi.Open},
	{Name: rapl.Name, Open: rapl.Open},
}
