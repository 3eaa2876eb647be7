package container

import (
	"net"
	"strconv"
)

// studyPorts are those of the study: collector, insight; and the one after.
var studyPorts = []int{11434, 11435, 11436}

// port is where the i-th server is to be reached: where the caller says, or
// where the study had it, or, with 0, where the engine likes.
func (c Config) port(i int) int {
	if c.Ports != nil {
		return c.Ports[i]
	}
	for _, p := range studyPorts[:len(c.Servers)] {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p)))
		if err != nil {
			return 0
		}
		l.Close()
	}
	return studyPorts[i]
}
