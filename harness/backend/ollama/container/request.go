package container

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	tclog "github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
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

const loopback = "127.0.0.1"

// labelPort is where a container with this machine's loopback listens.
const labelPort = "duet.port"

// firstPort is Ollama's own; the study's second server had the next one.
const firstPort = 11434

// port is where the i-th server is to be reached: where the caller says, or
// where the study had it, or, with 0, anywhere.
func (c Config) port(i int) int {
	if c.Ports != nil {
		return c.Ports[i]
	}
	for j := range c.Servers {
		if _, err := free(firstPort + j); err != nil {
			return 0
		}
	}
	return firstPort + i
}

// free returns a port of loopback that nobody has: the one asked for, or any.
func free(port int) (int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// choosePort settles on a port before the start, where the engine does not: a
// server with this machine's loopback takes it by itself.
func (s *instance) choosePort() error {
	if s.backend.Proxied() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	port, err := free(s.port)
	if err != nil && !s.kept() { // a kept server may be the one that has it
		return fmt.Errorf("%w; choose other ports (-duet.endpoints=127.0.0.1:PORT,127.0.0.1:PORT)", err)
	}
	if err == nil {
		s.port = port
	}
	return nil
}

// learnPort asks the engine where the server of a container is to be reached: a
// kept one may be elsewhere than it would be put now.
func (s *instance) learnPort(ctx context.Context, target wait.StrategyTarget) (int, error) {
	if s.backend.Proxied() {
		port, err := target.MappedPort(ctx, insidePort)
		return int(port.Num()), err
	}
	about, err := target.Inspect(ctx)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(about.Config.Labels[labelPort])
}

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

// auto is the setting that leaves GPUs to duet.
const auto = "auto"

func init() {
	backend.Register(backend.Driver{Kind: Kind, Open: open})
	backend.RegisterFinder(process.Auto)
	process.Containers = answers
}

// answers reports how containers can be had on this machine.
func answers(ctx context.Context) (how string, err error) {
	e, err := Connect(ctx)
	if err != nil {
		return "", err
	}
	return "a container engine answers", e.Close()
}

func open(ctx context.Context, c backend.Config) (backend.Backend, error) {
	ports, err := c.Ports()
	if err != nil {
		return nil, err
	}
	gpus, err := gpusFor(ctx, c.GPUs)
	if err != nil {
		return nil, err
	}
	b, err := Start(ctx, Config{
		Image: c.Image, Servers: c.Servers, Ports: ports, ModelsDir: c.ModelsDir, Separate: c.Separate,
		LogDir: c.LogDir, GPUs: gpus, CPUs: c.CPUs, MemoryB: c.MemoryB, Keep: c.Keep,
	})
	if err != nil {
		return nil, err // and no backend, instead of one that is nil
	}
	return b, nil
}

// gpusFor resolves "auto": all servers on the first GPU, as in the study, where
// the engine has any to give.
func gpusFor(ctx context.Context, wish string) (string, error) {
	if wish != auto {
		return wish, nil
	}
	e, err := Connect(ctx)
	if err != nil {
		return "", err
	}
	gpus := GPUsNone
	if e.GPUs() || backend.Tag() == "gpu" {
		gpus = GPUsShared
	}
	return gpus, e.Close()
}
