// Package backend is where agents talk to: servers, however they came to be. A
// Backend is started once per session and closed with it.
//
//	sim        simulated servers sharing one simulated GPU
//	reuse      servers somebody else runs, on ports that answer
//	process    servers of our own, started on this machine
//	container  servers of our own in containers
//
// # Shape
//
//	Driver    a kind of back end, registered by its package when that is imported
//	Config    what a session asks of servers: which, and how many agents each has
//	Backend   running servers
//	Loader, Unloader, Describer, …  what a back end can do besides: its abilities
//
// Every back end listens on, or talks to, the loopback interface only.
package backend

import (
	"context"
	"strconv"

	"github.com/chimeraforge/duet/harness/record"
)

// Server is a server that a session wants. Its name is its own: which agents talk to
// it is the session's business.
type Server struct {
	Name string
	// Slots is how many requests it serves at once, which is as many as it has
	// agents: what a server decides for itself depends on its version and its
	// memory. 0 is 1.
	Slots int
	// First is the place of its first agent among all of them, from 0: where each
	// agent has a GPU of its own, those of a server begin there.
	First int
}

// Agents is Slots, at least 1.
func (s Server) Agents() int { return max(1, s.Slots) }

// Each are servers for one agent each, s1 and so on.
func Each(n int) []Server {
	var out []Server
	for i := range n {
		out = append(out, Server{Name: "s" + strconv.Itoa(i+1), Slots: 1, First: i})
	}
	return out
}

// Names are the servers' names.
func Names(servers []Server) []string {
	var out []string
	for _, s := range servers {
		out = append(out, s.Name)
	}
	return out
}

// Endpoint is one server as a client sees it.
type Endpoint struct {
	ID  string // the server's name
	URL string // http://127.0.0.1:11434, no trailing slash
	PID int    // 0 when the process is not ours
	Log string // absolute path of the server's log, "" when it is not ours

	Parallel  int               // requests it serves at once; 0 when we did not start it
	Container *record.Container // nil when it is in none
}

// Backend is running servers.
type Backend interface {
	// Kind is the word that stands beside every number: sim, reuse, process,
	// container.
	Kind() string
	// Endpoints returns the servers, in the order in which they were asked for.
	Endpoints() []Endpoint
	// Close stops what Start started and leaves no process behind. It may be
	// called more than once.
	Close(ctx context.Context) error
}
