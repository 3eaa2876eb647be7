package container

import (
	"github.com/moby/moby/api/types/container"

	"github.com/chimeraforge/duet/harness/backend"
)

// Values of Config.GPUs.
const (
	GPUsNone     = "none"     // no device at all
	GPUsShared   = "shared"   // every server gets the first GPU, as in the study
	GPUsSeparate = "separate" // each agent's server gets one of its own, in order
)

// devices is what a server asks the engine for, as "docker run --gpus device=0"
// does. One that serves both agents gets what the two of them have.
func devices(gpus, id string) []container.DeviceRequest {
	var indices []string
	switch {
	case gpus == GPUsShared, gpus == GPUsSeparate && id == backend.Collector:
		indices = []string{"0"}
	case gpus == GPUsSeparate && id == backend.Insight:
		indices = []string{"1"}
	case gpus == GPUsSeparate && id == backend.Both:
		indices = []string{"0", "1"}
	default:
		return nil
	}
	return []container.DeviceRequest{{DeviceIDs: indices, Capabilities: [][]string{{"gpu"}}}}
}
