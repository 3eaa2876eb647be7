package session

import (
	"net/url"
	"strconv"

	"github.com/shirou/gopsutil/v4/net"
	"github.com/shirou/gopsutil/v4/process"
)

// ancestors is how many generations a server's process is looked for above one
// that holds memory: a runner is a child of "ollama serve", a shell may be
// between them.
const ancestors = 4

// server names the server that a process belongs to, "" for none of ours.
func (s *Session) server(pid int) string {
	servers := s.serverProcesses()
	at := int32(pid)
	for range ancestors {
		if id := servers[at]; id != "" || at <= 1 || len(servers) == 0 {
			return id
		}
		p, err := process.NewProcess(at)
		if err != nil {
			return ""
		}
		if at, err = p.Ppid(); err != nil {
			return ""
		}
	}
	return ""
}

// serverProcesses are the servers by process: known where we started them, else
// found by the port, which works for processes of the same user, and not across
// the wall of a container.
func (s *Session) serverProcesses() map[int32]string {
	out := map[int32]string{}
	for _, ep := range s.backend.Endpoints() {
		pid := int32(ep.PID)
		if pid == 0 {
			pid = listener(ep.URL)
		}
		if pid > 0 {
			out[pid] = ep.ID
		}
	}
	return out
}

// listener is the process that listens on a URL's port, 0 where that cannot be
// seen.
func listener(address string) int32 {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		return 0
	}
	all, _ := net.Connections("tcp")
	for _, c := range all {
		if c.Status == "LISTEN" && c.Laddr.Port == uint32(port) {
			return c.Pid
		}
	}
	return 0
}
