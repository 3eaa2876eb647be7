package backend

import (
	"fmt"
	"net/url"
	"strconv"
)

// Ports are the ports on which servers are to be started, nil where nobody says.
// Servers beyond the given addresses get the ports after the last.
func (c Config) Ports() ([]int, error) {
	var ports []int
	for _, e := range c.Endpoints {
		u, err := url.Parse(e)
		if err != nil {
			return nil, fmt.Errorf("-duet.endpoints: %w", err)
		}
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, fmt.Errorf("-duet.endpoints: %s has no port to start a server on", e)
		}
		ports = append(ports, port)
	}
	if len(ports) == 0 {
		return nil, nil
	}
	for len(ports) < len(c.Servers) {
		ports = append(ports, ports[len(ports)-1]+1)
	}
	return ports[:len(c.Servers)], nil
}
