// Package server is where agents talk to: two Ollama endpoints, however they
// came to be. A Backend is started once per session and closed with it.
//
//	sim        two simulated servers sharing one simulated GPU (package sim)
//	reuse      servers somebody else runs, on ports that answer (package reuse)
//	process    two "ollama serve" of our own (package process)
//	container  two of them in containers (package container)
//
// Where a session asks for it, one server serves both agents instead of two that
// serve one each, or is there besides them.
//
// Every backend listens on, or talks to, the loopback interface only.
package backend

import (
	"context"

	"github.com/chimeraforge/duet/harness/record"
)

// Names of the two endpoints, which are also the names of the two agents.
const (
	Collector = "collector"
	Insight   = "insight"
)

// Both is the endpoint of a server that serves both agents.
const Both = "both"

// Two is what a backend has unless it is asked for something else.
var Two = []string{Collector, Insight}

// Parallel is how many requests a server serves at once, which is as many as it
// has agents: what a server decides for itself depends on its version and its
// memory.
func Parallel(id string) int {
	if id == Both {
		return 2
	}
	return 1
}

// Endpoint is one server as a client sees it.
type Endpoint struct {
	ID  string // Collector, Insight or Both
	URL string // http://127.0.0.1:11434, no trailing slash
	PID int    // 0 when the process is not ours
	Log string // absolute path of the server's log, "" when it is not ours

	Parallel  int               // requests it serves at once; 0 when we did not start it
	Container *record.Container // nil when it is in none
}

// Backend is running servers, two unless one serves both agents.
type Backend interface {
	// Kind is the word that stands beside every number: sim, reuse, process,
	// container.
	Kind() string
	// Endpoints returns the servers, collector first.
	Endpoints() []Endpoint
	// Close stops what Start started and leaves no process behind. It may be
	// called more than once.
	Close(ctx context.Context) error
}
