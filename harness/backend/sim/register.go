package sim

import (
	"context"
	"errors"
	"hash/fnv"
	"net"
	"slices"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/virtual"
)

// Kind is the word that stands beside every number of this backend.
const Kind = "sim"

func init() { backend.Register(Driver(nil)) }

// Driver is the simulator as a kind of back end. Worse, where it is not nil, changes
// the simulation of every run in virtual time: for known answers and faults.
func Driver(worse func(*Config)) backend.Driver {
	return backend.Driver{
		Kind: Kind, Simulated: true, Sensors: "the simulated GPU", Clock: timeOf, Check: check,
		Open: func(ctx context.Context, c backend.Config) (backend.Backend, error) { return open(ctx, c, worse) },
	}
}

func check(c backend.Config) error {
	if slices.Contains(c.Topology, record.TopologyOne) {
		return errors.New("-duet.topology=one: only real servers have that (make bench TAGS=ollama); " +
			"how two requests share one server is what there is to measure, so the simulator does not make it up")
	}
	return nil
}

// virtualSpeed is about how many simulated seconds pass in a real one in virtual
// time, on a slow machine. Nothing but the expected duration depends on it.
const virtualSpeed = 300

func timeOf(c backend.Config) backend.Clock {
	if c.Timescale == 0 {
		return backend.Clock{Scale: 1, Virtual: true, Speed: virtualSpeed}
	}
	return backend.Clock{Scale: c.Timescale, Speed: c.Timescale}
}

// preparing is the timescale at which a simulation in virtual time is prepared,
// over sockets: package testing can make no bubble before m.Run.
const preparing = 1000

func open(ctx context.Context, c backend.Config, worse func(*Config)) (backend.Backend, error) {
	cfg := Config{Servers: backend.Names(c.Servers), Models: c.Models, Timescale: c.Timescale, Seed: c.Seed}
	if c.Timescale == 0 {
		cfg.Timescale = preparing
	}
	servers, err := Start(ctx, cfg)
	if err != nil {
		return nil, err // and no backend, instead of one that is nil
	}
	if c.Timescale == 0 {
		return &inVirtualTime{Servers: servers, asked: c, worse: worse}, nil
	}
	return servers, nil
}

// inVirtualTime are servers on sockets until everything is prepared; every run
// then has servers of its own, in a bubble in which time takes none.
type inVirtualTime struct {
	*Servers
	asked  backend.Config
	worse  func(*Config)
	closed bool
}

var _ backend.PerRun = (*inVirtualTime)(nil)

// Describe says where the servers of every run are.
func (b *inVirtualTime) Describe(ctx context.Context, id, url, model string, layers int) (record.Server, error) {
	s, err := b.Servers.Describe(ctx, id, url, model, layers)
	s.URL = "in memory"
	return s, err
}

// Prepared implements backend.PerRun.
func (b *inVirtualTime) Prepared(ctx context.Context) error { return b.Close(ctx) }

// Close implements backend.Backend.
func (b *inVirtualTime) Close(ctx context.Context) error {
	if b.closed {
		return nil
	}
	b.closed = true
	return b.Servers.Close(ctx)
}

// Run implements backend.PerRun. The key seeds the noise, so that two runs differ
// and the same run is the same everywhere. What f gets ends with f.
func (b *inVirtualTime) Run(_ context.Context, key string, f func(context.Context, backend.Backend) error) error {
	return virtual.Run(func() (err error) {
		ctx := context.Background() // waiting for a context from outside would stop the clock
		network := virtual.NewNetwork()
		cfg := Config{
			Servers: backend.Names(b.asked.Servers), Models: b.asked.Models, Seed: b.asked.Seed ^ hash(key),
			Listen: network.Listen, VirtualTime: true,
		}
		if b.worse != nil {
			b.worse(&cfg)
		}
		servers, err := Start(ctx, cfg)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, servers.Close(ctx)) }()
		servers.Transport = network.Transport
		return f(ctx, &inMemory{servers, network})
	})
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}

// inMemory are the servers of one run in virtual time.
type inMemory struct {
	*Servers
	network *virtual.Network
}

var _ backend.Dialer = (*inMemory)(nil)

// Dial implements backend.Dialer.
func (b *inMemory) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	return b.network.Dial(ctx, network, addr)
}
