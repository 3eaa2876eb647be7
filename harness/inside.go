package harness

import (
	"context"
	"errors"
	"hash/fnv"

	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/goroutines"
	"github.com/chimeraforge/duet/harness/driver/runtimes"
	"github.com/chimeraforge/duet/internal/virtual"
)

// inside calls f where the servers are. That is here, except for a simulation
// in virtual time: there the servers start with f, in a bubble of their own, and
// end with it. The key seeds that simulation's noise, so that two runs differ
// and the same run is the same everywhere.
func (x *Session) inside(ctx context.Context, key string, f func(context.Context) error) error {
	if !x.place.Virtual {
		return f(ctx)
	}
	return virtual.Run(func() (err error) {
		ctx := context.Background() // waiting for a context from outside would stop the clock
		x.network = virtual.NewNetwork()
		x.drivers = map[string]driver.Driver{runtimes.Go: &goroutines.Driver{Dial: x.network.Dial}}
		cfg := sim.Config{
			Models: x.settings.Models, Seed: x.settings.Seed ^ hash(key),
			Listen: x.network.Listen, VirtualTime: true,
		}
		if x.worsen != nil {
			x.worsen(&cfg)
		}
		x.backend, err = sim.Start(ctx, cfg)
		if err != nil {
			return err
		}
		defer func() {
			err = errors.Join(err, x.backend.Close(ctx))
			x.backend = nil
		}()
		return f(ctx)
	})
}

// preparing is the timescale at which a simulation in virtual time is prepared,
// over sockets: package testing can make no bubble before m.Run.
const preparing = 1000

// leaveSockets stops the servers that a simulation in virtual time was prepared
// on; every run has its own.
func (x *Session) leaveSockets(ctx context.Context) error {
	err := x.backend.Close(ctx)
	x.backend = nil
	for i := range x.folder.File.Servers {
		x.folder.File.Servers[i].URL = "in memory"
	}
	return err
}

// admin talks to a server outside any window.
func (x *Session) admin(url string) *ollama.Client {
	c := ollama.New(url)
	if x.network != nil {
		c.Via(x.network.Transport())
	}
	return c
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}
