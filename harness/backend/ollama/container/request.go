package container

import (
	"net"
	"net/netip"
	"strconv"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	tclog "github.com/testcontainers/testcontainers-go/log"
)

// Where things are inside a container.
const (
	insidePort   = "11434/tcp"
	insideModels = "/models"
	insideHome   = "/duet" // Ollama writes its key there
)

// request is the container of a server, as testcontainers-go takes it.
func (s *instance) request() testcontainers.GenericContainerRequest {
	b := s.backend
	var exposed []string
	if b.Proxied() {
		exposed = []string{insidePort}
	}
	return testcontainers.GenericContainerRequest{
		ContainerRequest: testcontainers.ContainerRequest{
			Image: b.image.Ref, Name: s.name(), Labels: s.labels(),
			Cmd: []string{"serve"}, Env: s.environment(), ExposedPorts: exposed,
			// An image from scratch has no folder to write into.
			Tmpfs:              map[string]string{"/tmp": "mode=1777", insideHome: "mode=1777"},
			ConfigModifier:     func(c *container.Config) { c.User = b.engine.ids },
			HostConfigModifier: s.host,
			WaitingFor:         s,
			LifecycleHooks: []testcontainers.ContainerLifecycleHooks{{
				PostStarts: []testcontainers.ContainerHook{s.follow},
			}},
		},
		Started: true,
		Reuse:   s.kept(),
		Logger:  tclog.NewNoopLogger(),
	}
}

// environment is what makes two servers comparable: see package process.
func (s *instance) environment() map[string]string {
	return map[string]string{
		"HOME":                     insideHome,
		"OLLAMA_HOST":              s.listens(),
		"OLLAMA_MODELS":            insideModels,
		"OLLAMA_NOPRUNE":           "1",
		"OLLAMA_NUM_PARALLEL":      strconv.Itoa(s.slots),
		"OLLAMA_MAX_LOADED_MODELS": "1",
	}
}

// listens is the address inside the container. In a network namespace of its own
// a server has to listen on all addresses, or the engine could not reach it.
func (s *instance) listens() string {
	if s.backend.Proxied() {
		return "0.0.0.0:11434"
	}
	return net.JoinHostPort(loopback, strconv.Itoa(s.port))
}

// host is what the container gets of this machine: a port on loopback, the
// models, and its share of processors, memory and GPUs.
func (s *instance) host(h *container.HostConfig) {
	if s.backend.Proxied() {
		h.PortBindings = network.PortMap{network.MustParsePort(insidePort): {{
			HostIP: netip.MustParseAddr(loopback), HostPort: strconv.Itoa(s.port),
		}}}
	} else {
		h.NetworkMode = network.NetworkHost
	}
	h.Mounts = append(h.Mounts, mount.Mount{
		Type: mount.TypeBind, Source: s.models, Target: insideModels, ReadOnly: !s.writes,
	})
	cpus, memory := s.limits()
	h.NanoCPUs, h.Memory, h.MemorySwap = int64(cpus*1e9), memory, memory
	h.DeviceRequests = s.devices
	h.SecurityOpt = []string{"no-new-privileges"}
	h.LogConfig = container.LogConfig{Type: "json-file"} // the one driver that can always be read
}

// limits are what a server may use. One that serves several agents gets what
// each of them has elsewhere, or the comparison would be of the limits.
func (s *instance) limits() (cpus float64, memory int64) {
	return s.backend.cfg.CPUs * float64(s.slots), s.backend.cfg.MemoryB * int64(s.slots)
}
