// Package driver says who drives the agents. A driver gets one request (the
// agents, their calls and options), prepares everything that is not to be
// measured (connections, templates), lets all agents go at one starting gun and
// returns what happened as time-stamped events.
//
// The request and the result are plain JSON-able data, so that a runtime other
// than Go can be a program: PROTOCOL.md. Goroutines is the Go driver, Program what
// runs programs, of Python and Rust for instance, and Runtimes the table of all.
//
// Stamps are raw nanoseconds of the host's monotonic clock (package clock), so
// that those of several processes can be compared.
package driver

import (
	"context"
	"fmt"
	"sync"

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

// Gun is the starting gun: agents wait at it until all of them are ready, then
// all go at once.
type Gun struct {
	ready sync.WaitGroup
	fired chan struct{}
}

// NewGun is a gun for n agents. Every one of them must call Wait exactly once.
func NewGun(n int) *Gun {
	g := &Gun{fired: make(chan struct{})}
	g.ready.Add(n)
	return g
}

// Wait tells the gun that an agent is ready and returns when it fires, or with
// ctx's error.
func (g *Gun) Wait(ctx context.Context) error {
	g.ready.Done()
	select {
	case <-g.fired:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Ready waits until every agent is.
func (g *Gun) Ready() { g.ready.Wait() }

// Fire waits until every agent is ready, reads now and lets them go. The
// reading is taken before the agents run, so no agent starts before the gun.
func (g *Gun) Fire(now func() int64) int64 {
	g.ready.Wait()
	at := now()
	close(g.fired)
	return at
}

// Missing is the error for a runtime that this machine cannot run.
type Missing struct {
	Runtime string
	Why     string
	Install string // the command that gets it
}

func (m *Missing) Error() string {
	return fmt.Sprintf("%s: %s; to get it: %s", m.Runtime, m.Why, m.Install)
}
