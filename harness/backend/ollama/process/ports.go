package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
)

// firstPort is Ollama's own; the study's second server had the next one.
const firstPort = 11434

// usualPorts are n ports from the first on; tests have others.
var usualPorts = func(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = firstPort + i
	}
	return out
}

// ports chooses where the servers listen: where the caller says, or where the
// study had them, or anywhere. A port is chosen by listening on it for a
// moment, so another program can still take it before the server does.
func (c Config) ports() ([]int, error) {
	if c.Ports != nil {
		return c.Ports, allFree(c.Ports)
	}
	usual := usualPorts(len(c.Servers))
	if allFree(usual) == nil {
		return usual, nil
	}
	return anyPorts(len(c.Servers))
}

// retriable reports whether other ports may be tried after a failure.
func (c Config) retriable() bool { return c.Ports == nil }

func allFree(ports []int) error {
	var err error
	for i, p := range ports {
		if slices.Contains(ports[:i], p) {
			err = errors.Join(err, fmt.Errorf("port %d is given twice", p))
			continue
		}
		l, listenErr := listen(p)
		if listenErr != nil {
			err = errors.Join(err, fmt.Errorf("port %d is not free: %w", p, listenErr))
			continue
		}
		l.Close()
	}
	return err
}

// anyPorts are n free ports, all different because all are held at once.
func anyPorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := listen(0)
		if err != nil {
			return nil, fmt.Errorf("no free port: %w", err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func listen(port int) (net.Listener, error) {
	var lc net.ListenConfig
	return lc.Listen(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}

// FreePorts are ports for n servers that are nobody's: not the usual ones, which
// another program may look for a server on.
func FreePorts(n int) ([]int, error) { return anyPorts(n) }
