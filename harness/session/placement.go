package session

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// serversFor names the servers that cells need: one for each agent, one for
// all, or both.
func serversFor(cells []plan.Cell) []string {
	var out []string
	if slices.ContainsFunc(cells, func(c plan.Cell) bool { return c.Topology() == "" }) {
		out = append(out, backend.Two...)
	}
	if slices.ContainsFunc(cells, func(c plan.Cell) bool { return c.Topology() == record.TopologyOne }) {
		out = append(out, backend.Both)
	}
	return out
}

// serverOf names the server that an agent of a cell talks to.
func serverOf(cell plan.Cell, agent string) string {
	if cell.Topology() == record.TopologyOne {
		return backend.Both
	}
	return agent
}

// topologyOf is the topology of the cells that a server is for.
func topologyOf(id string) string {
	if id == backend.Both {
		return record.TopologyOne
	}
	return ""
}

// together is how many servers work at once where this one does.
func (s *Session) together(id string) int {
	if id == backend.Both {
		return 1
	}
	return len(backend.Two)
}

// endpoint is an agent's server, under the agent's name.
func (s *Session) endpoint(cell plan.Cell, agent string) (backend.Endpoint, error) {
	id := serverOf(cell, agent)
	for _, e := range s.backend.Endpoints() {
		if e.ID == id {
			e.ID = agent
			return e, nil
		}
	}
	return backend.Endpoint{}, fmt.Errorf("agent %s talks to server %s, and there is none of that name", agent, id)
}

// endpoints lists the servers the suite uses: a single agent needs one.
func (s *Session) endpoints() []backend.Endpoint {
	eps := s.backend.Endpoints()
	if s.config.Suite == record.SuiteSingle {
		return eps[:1]
	}
	return eps
}
