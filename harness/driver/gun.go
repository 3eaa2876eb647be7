package driver

import (
	"context"
	"sync"
)

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
