package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
)

// studyPorts are those of the study: collector, insight; and the one after.
var studyPorts = []int{11434, 11435, 11436}

// ports chooses where the servers listen: where the caller says, or where the
// study had them, or anywhere. A port is chosen by listening on it for a
// moment, so another program can still take it before the server does.
func (c Config) ports() ([]int, error) {
	if c.Ports != nil {
		return c.Ports, allFree(c.Ports)
	}
	usual := studyPorts[:len(c.Servers)]
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
		if i > 0 && p == ports[0] {
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

// FreePorts are ports for two servers that are nobody's: not the study's, which
// another program may look for a server on.
func FreePorts() ([]int, error) { return anyPorts(2) }
