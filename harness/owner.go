package harness

import (
	"github.com/shirou/gopsutil/v4/process"
)

// ancestors is how many generations a server's process is looked for above one
// that holds memory: a runner is a child of "ollama serve", a shell may be
// between them.
const ancestors = 4

// owner names the server that a process belongs to, "" for none of ours. Only
// servers whose process is known have any.
func (x *Session) owner(pid int) string {
	servers := map[int32]string{}
	for _, ep := range x.backend.Endpoints() {
		if ep.PID > 0 {
			servers[int32(ep.PID)] = ep.ID
		}
	}
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
