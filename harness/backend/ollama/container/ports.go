package container

import (
	"context"
	"fmt"
	"net"
	"strconv"

	"github.com/testcontainers/testcontainers-go/wait"
)

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
