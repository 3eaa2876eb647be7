// Package driver says who drives the agents. A driver gets one request (the
// agents, their calls and options), prepares everything that is not to be
// measured (connections, templates), lets all agents go at one starting gun and
// returns what happened as time-stamped events.
//
// The request and the result are plain JSON-able data, so that a runtime other
// than Go can be a program: PROTOCOL.md. Package goroutines is the Go driver,
// external what runs programs, python and rust are such, and runtimes is the
// table of all.
//
// Stamps are raw nanoseconds of the host's monotonic clock (package clock), so
// that those of several processes can be compared.
package driver

import (
	"context"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/workload"
)

// Driver drives the agents of one pass.
type Driver interface {
	// Name is the runtime's name in the matrix: go, python, rust.
	Name() string
	// Run returns once every agent has ended. A call that failed is a call with
	// an Error in the result; the error returned is for a driver that could not
	// do its work at all. When ctx ends, calls in flight fail.
	Run(ctx context.Context, req Request) (Result, error)
}

// Request is one pass.
type Request struct {
	Agents     []Agent `json:"agents"`
	SilenceNS  int64   `json:"silence_ns"`  // a call fails when its server is silent for this long
	KeepAlive  string  `json:"keep_alive"`  // how long the server keeps the model loaded
	KeepChunks bool    `json:"keep_chunks"` // record the arrival of every chunk
	GunNS      int64   `json:"gun_ns"`      // the gun is not fired before; 0: as soon as all are ready
}

// Agent is one participant: its calls run one after the other, concurrently
// with the other agents.
type Agent struct {
	ID       string          `json:"id"`
	Endpoint string          `json:"endpoint"` // base URL
	Model    string          `json:"model"`
	Options  record.Options  `json:"options"` // Seed and NumPredict are overridden per call
	Calls    []workload.Call `json:"calls"`
}

// Result is what happened. Stamps of Gun, End and Calls are raw monotonic
// nanoseconds; the session shifts them to the run's origin.
type Result struct {
	GunNS  int64         `json:"gun_ns"`
	EndNS  int64         `json:"end_ns"` // latest agent end
	Calls  []record.Call `json:"calls"`  // by agent in the request's order, then index
	Client record.Client `json:"client"`
}
