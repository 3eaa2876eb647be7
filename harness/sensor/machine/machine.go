// Package machine is imported for what its import does: from then on the sensors of
// this machine can be found by name, and by package sensor's Auto: NVIDIA's library
// and program, and the counters of CPU sockets.
package machine

import "github.com/chimeraforge/duet/harness/sensor"

// Names of the sources.
const (
	nvmlName = "nvml"
	smiName  = "nvidia-smi" // the program's, too
	raplName = "rapl"
)

// The best first.
func init() {
	sensor.Register(sensor.Opener{Name: nvmlName, Open: openNVML})
	sensor.Register(sensor.Opener{Name: smiName, Open: openSMI})
	sensor.Register(sensor.Opener{Name: raplName, Open: openRAPL})
}
