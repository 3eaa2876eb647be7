package harness

import (
	"context"
	"errors"
	"runtime"
	"slices"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/record"
)

// threadsFor shares the cores out between the servers that work at once when the
// model is not on a GPU. With Ollama's own default each server takes all cores,
// and two of them spend their time spinning: on two cores they fall to a few
// tokens per second. One that serves both agents has all cores but one: its
// threads wait for each other spinning, so a core that the client or the system
// takes for a moment stops them all (two threads on two busy cores came to 4 to
// 15 tok/s where one came to 60). A container's limit is a limit here too.
func (x *Session) threadsFor(s record.Server) int {
	if x.settings.Threads > 0 || x.place.Simulated {
		return x.settings.Threads
	}
	if s.Model == nil || s.Model.VRAMB == nil || *s.Model.VRAMB > 0 {
		return 0
	}
	n := runtime.NumCPU()
	if s.ID == backend.Both {
		n--
	} else {
		n /= 2
	}
	if c := s.Container; c != nil && c.CPUs > 0 {
		n = min(n, int(c.CPUs))
	}
	return max(1, n)
}

// topologyOf is the topology of the cells that a server is for.
func topologyOf(id string) string {
	if id == backend.Both {
		return record.TopologyOne
	}
	return ""
}

// makeRoom unloads the session's other models everywhere, and the model itself
// from servers that cells of this topology do not use. Servers on one GPU do not
// know of each other, so none would make room for another's.
func (x *Session) makeRoom(ctx context.Context, model, topology string) error {
	return x.unload(ctx, func(ep backend.Endpoint, name string) bool {
		keeps := topologyOf(ep.ID) == topology || len(x.backend.Endpoints()) == 1
		return x.asks(name) && !(keeps && ollama.SameName(name, model))
	})
}

// asks reports whether a model is one of the session's.
func (x *Session) asks(name string) bool {
	return slices.ContainsFunc(x.settings.Models, func(m string) bool { return ollama.SameName(m, name) })
}

// unload unloads what is chosen of all that the servers hold. One that cannot be
// unloaded does not keep a server's others.
func (x *Session) unload(ctx context.Context, chosen func(backend.Endpoint, string) bool) error {
	ctx, cancel := x.loading(ctx)
	defer cancel()
	for _, ep := range x.backend.Endpoints() {
		c := x.admin(ep.URL)
		loaded, err := c.Ps(ctx)
		for _, l := range loaded {
			if chosen(ep, l.Name) {
				err = errors.Join(err, c.Unload(ctx, l.Name))
			}
		}
		if err != nil {
			return because(ctx, err)
		}
	}
	return nil
}
