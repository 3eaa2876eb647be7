package session

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// # Placement
//
// Agents and servers are two lists, and the topology of a cell says who of the one
// talks to whom of the other: "" gives each agent a server of its own, "one" has one
// server for all, a number has so many, each for neighbouring agents. A session has
// the servers of all its cells' topologies at once.

// group are the servers of one topology.
type group struct {
	topology string
	servers  []backend.Server
	of       map[string]string // server by agent
}

// least is how many servers of one agent there are, even where there is one agent:
// it has the share of the machine then that it has beside another, so that the two
// can be set side by side.
const least = 2

// groupFor is who talks to whom in a cell.
func groupFor(c plan.Cell) (group, error) {
	g := group{topology: c.Topology(), of: map[string]string{}}
	n := len(c.Roles)
	switch k, err := strconv.Atoi(c.Topology()); {
	case c.Topology() == "":
		g.servers = backend.Each(max(least, n))
	case c.Topology() == record.TopologyOne:
		g.servers = shared("all", n, 1)
	case err == nil && 0 < k && k <= n:
		g.servers = shared(c.Topology()+"s", n, k)
	default:
		return g, fmt.Errorf("cell %s: topology %q is no placement of %d agents on servers", c.ID, c.Topology(), n)
	}
	for _, s := range g.servers {
		for i := s.First; i < min(n, s.First+s.Agents()); i++ {
			g.of[c.Roles[i].Agent] = s.Name
		}
	}
	return g, nil
}

// shared are k servers for n agents, as evenly as it goes.
func shared(name string, n, k int) []backend.Server {
	var out []backend.Server
	for i := range k {
		first, next := i*n/k, (i+1)*n/k
		s := backend.Server{Name: name, Slots: next - first, First: first}
		if k > 1 {
			s.Name += strconv.Itoa(i + 1)
		}
		out = append(out, s)
	}
	return out
}

// Servers are those that cells need, each once.
func Servers(cells []plan.Cell) ([]backend.Server, error) {
	var out []backend.Server
	for _, c := range cells {
		g, err := groupFor(c)
		if err != nil {
			return nil, err
		}
		for _, s := range g.servers {
			i := slices.IndexFunc(out, func(o backend.Server) bool { return o.Name == s.Name })
			if i < 0 {
				out = append(out, s)
			} else if out[i] != s {
				return nil, fmt.Errorf("cell %s: server %s is for %d agents here, and for %d elsewhere in the session", c.ID, s.Name, s.Slots, out[i].Slots)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b backend.Server) int { return a.Agents() - b.Agents() })
	return out, nil
}

// serverOf names the server that an agent of a cell talks to. An agent without one
// is an error: sent to another's server it would measure something else.
func serverOf(cell plan.Cell, agent string) (string, error) {
	g, err := groupFor(cell)
	if err != nil {
		return "", err
	}
	id, ok := g.of[agent]
	if !ok {
		return "", fmt.Errorf("agent %s of cell %s has no server", agent, cell.ID)
	}
	return id, nil
}

// endpoint is an agent's server.
func (s *Session) endpoint(cell plan.Cell, agent string) (backend.Endpoint, error) {
	server, err := serverOf(cell, agent)
	if err != nil {
		return backend.Endpoint{}, err
	}
	for _, e := range s.backend.Endpoints() {
		if e.ID == server {
			return e, nil
		}
	}
	return backend.Endpoint{}, fmt.Errorf("agent %s talks to server %s, and there is none of that name", agent, server)
}

// uses reports whether agents of a cell talk to a server.
func uses(cell plan.Cell, server string) bool {
	g, err := groupFor(cell)
	return err == nil && slices.Contains(slices.Collect(maps.Values(g.of)), server)
}

// endpoints lists the servers that the session's agents talk to.
func (s *Session) endpoints() []backend.Endpoint {
	return slices.DeleteFunc(s.backend.Endpoints(), func(e backend.Endpoint) bool {
		return !slices.ContainsFunc(s.config.Cells, func(c plan.Cell) bool { return uses(c, e.ID) })
	})
}

// siblings are the servers that work at once with one, itself among them.
func (s *Session) siblings(server string) []string {
	for _, c := range s.config.Cells {
		g, err := groupFor(c)
		if names := backend.Names(g.servers); err == nil && slices.Contains(names, server) {
			return names
		}
	}
	return []string{server}
}
