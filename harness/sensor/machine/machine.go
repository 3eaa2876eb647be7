// Package machine is imported for what its import does: from then on the sensors of
// this machine can be found by name, and by package sensor's Auto.
package machine

import (
	"github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/harness/sensor/nvml"
	"github.com/chimeraforge/duet/harness/sensor/rapl"
	"github.com/chimeraforge/duet/harness/sensor/smi"
)

// The best first.
func init() {
	sensor.Register(sensor.Opener{Name: nvml.Name, Open: nvml.Open})
	sensor.Register(sensor.Opener{Name: smi.Name, Open: smi.Open})
	sensor.Register(sensor.Opener{Name: rapl.Name, Open: rapl.Open})
}
