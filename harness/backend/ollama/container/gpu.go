package container

import (
	"strconv"

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
// does. Where each agent has a GPU of its own, one that serves several gets theirs.
func devices(gpus string, s backend.Server) []container.DeviceRequest {
	var indices []string
	switch gpus {
	case GPUsShared:
		indices = []string{"0"}
	case GPUsSeparate:
		for i := range s.Agents() {
			indices = append(indices, strconv.Itoa(s.First+i))
		}
	default:
		return nil
	}
	return []container.DeviceRequest{{DeviceIDs: indices, Capabilities: [][]string{{"gpu"}}}}
}
