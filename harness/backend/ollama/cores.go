package ollama

import (
	"runtime"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
)

// Cores shares this machine's cores out between servers that are really there. It
// is embedded beside Servers; simulated servers have no threads.
type Cores struct{}

var _ backend.Sharer = Cores{}

// Threads implements backend.Sharer for models that are not on a GPU. With Ollama's
// own default each server takes all cores, and two of them spend their time
// spinning: on two cores they fall to a few tokens per second. One that serves all
// agents has all cores but one: its threads wait for each other spinning, so a core
// that the client or the system takes for a moment stops them all (two threads on
// two busy cores came to 4 to 15 tok/s where one came to 60). A container's limit
// is a limit here too.
func (Cores) Threads(s record.Server, servers int) int {
	if s.Model == nil || s.Model.VRAMB == nil || *s.Model.VRAMB > 0 {
		return 0
	}
	n := runtime.NumCPU()
	if servers == 1 {
		n--
	} else {
		n /= servers
	}
	if c := s.Container; c != nil && c.CPUs > 0 {
		n = min(n, int(c.CPUs))
	}
	return max(1, n)
}
