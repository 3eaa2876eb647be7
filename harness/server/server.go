// Package server is where agents talk to: two Ollama endpoints, however they
// came to be. A Backend is started once per session and closed with it.
//
//	sim      two simulated servers sharing one simulated GPU (package sim)
//	reuse    servers somebody else runs, on ports that answer (package reuse)
//	process  two "ollama serve" of our own (package process)
//
// Every backend listens on, or talks to, the loopback interface only.
package server

import "context"

// Names of the two endpoints, which are also the names of the two agents.
const (
	Collector = "collector"
	Insight   = "insight"
)

// Endpoint is one server as a client sees it.
type Endpoint struct {
	ID  string // Collector or Insight
	URL string // http://127.0.0.1:11434, no trailing slash
	PID int    // 0 when the process is not ours
	Log string // absolute path of the server's log, "" when it is not ours
}

// Backend is a pair of running servers.
type Backend interface {
	// Kind is the word that stands beside every number: sim, reuse, process.
	Kind() string
	// Endpoints returns the two servers, collector first.
	Endpoints() []Endpoint
	// Close stops what Start started and leaves no process behind. It may be
	// called more than once.
	Close(ctx context.Context) error
}
