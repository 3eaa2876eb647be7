// Package sim is Ollama servers, two unless told otherwise, that need neither a
// GPU nor Ollama: they speak its HTTP API, and a model of one GPU that all share
// says how long everything takes. It is what duet measures where nothing is installed, the
// known answer that the meter is held to, and the source of every fault that a
// real server shows only when nobody looks.
//
// Nothing it answers is a measurement. It says so in /api/version, at the start
// of every reply and in the licence of every model.
//
// # Shape
//
//	Servers       some endpoints (a backend.Backend)
//	├ endpoint    one server: Ollama's routes, one model in memory, a queue
//	├ engine      the shared GPU (package gpu) put on a clock
//	├ alarm       wakes a stream at its next token, to tens of microseconds
//	├ Sensors     the shared GPU's energy, power and memory (a sensor.Source)
//	├ Fault       what goes wrong, at which request of which endpoint
//	└ Served      what really happened to each request: the truth
//
// # Time
//
// Durations in answers are simulated; one real second is Config.Timescale
// simulated ones. A token's line is written at the token's ideal time; a stream
// that fell behind catches up and stays on schedule. With Config.VirtualTime,
// inside a testing/synctest bubble, everything happens at exactly its time (see
// package virtual for the network to use there).
//
// # What it is not
//
// Replies are made-up words. There are no embeddings, images, tools, thinking,
// nor the OpenAI routes. num_gpu decides where /api/ps says a model is, not how
// fast it runs. One model is in memory per server, and requests to one server
// queue, as with OLLAMA_MAX_LOADED_MODELS=1 and Ollama's default of one request
// at a time. The queue, keep_alive and fault delays follow the real clock's
// events; everything on the GPU is on the simulated one.
package sim

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/virtual"
)

// Version is what /api/version answers: the Ollama whose behaviour is followed,
// and that it is not one.
const Version = "0.17.4-duet-sim"

// Config is one simulation. The zero value is two servers with the study's
// models on free loopback ports, in real time.
type Config struct {
	Servers   []string // names of the servers; nil: s1 and s2
	Models    []string // names present on both servers; nil: DefaultModels
	Pullable  []string // names that are not there, but that a pull brings
	Timescale float64  // simulated seconds per real second; 0: 1
	Seed      uint64   // of the noise, and of replies to requests without a seed

	// Loss is the contention of the shared GPU, from 0 (as if each server had
	// its own) up to, not including, 1; see gpu.Eta. nil: each model's own.
	Loss *float64
	// Noise is the coefficient of variation from call to call of a decode rate
	// and of a prompt rate. nil: DefaultNoise; 0: none.
	Noise *float64
	// Profiles replaces or adds the speed of models, by full name with tag.
	Profiles map[string]Profile
	// Exact gives every call of every model the same times; nil: Profiles.
	Exact *Exact
	// EarlyStop is the chance that a reply ends by itself before its budget,
	// somewhere in its second half; 0: every reply has its full length.
	EarlyStop float64

	// Power is what the shared GPU draws; zero: gpu.DefaultPower. Above PowerCap,
	// watts, its sensors say that it throttles (it does not: the speed is Loss's
	// business); 0: no cap.
	Power    gpu.Power
	PowerCap float64
	// VRAM is how much memory the GPU has, in bytes, for both servers; a load
	// that does not fit fails with CUDA's words. 0: enough for anything.
	VRAM int64

	// Listen opens the listener of an endpoint, by its name. nil: a free port of
	// 127.0.0.1. The fault Refuse calls it again once it ends, except that nil then
	// means the same port.
	Listen func(id string) (net.Listener, error)
	// VirtualTime uses Go's timers only, for testing/synctest bubbles.
	VirtualTime bool
	// Faults are in force from the start; see Servers.Inject.
	Faults []Fault
}

// Exact is a known answer: alone, every call's first token comes after TTFT and
// each further one Token later. There is no load, no noise, no prefix cache,
// and no contention unless Config.Loss asks for it.
//
// With Jitter a gap is up to that much longer or shorter, and no two calls have
// the same gaps; the pace is kept (gpu.Job.Ready). Served has every token's time.
type Exact struct {
	TTFT   time.Duration
	Token  time.Duration
	Jitter time.Duration // at most Token; 0: an even pace
}

// DefaultNoise is the median coefficient of variation of the decode rate within
// a cell of the study's single-agent Rust runs.
const DefaultNoise = 0.016

// Servers are running.
type Servers struct {
	ollama.Servers // Ollama's API is what they speak outside windows, too
	cfg            Config
	engine         *engine
	catalogue      *catalogue
	faults         faults
	truth          truth
	endpoints      []*endpoint
}

var _ backend.Backend = (*Servers)(nil)

// Start opens the servers. They answer when it returns, and until Close; ctx
// is not kept.
func Start(ctx context.Context, cfg Config) (*Servers, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("start simulator: %w", err)
	}
	cfg, err := cfg.resolved()
	if err != nil {
		return nil, fmt.Errorf("start simulator: %w", err)
	}
	s := &Servers{
		Servers:   ollama.Servers{Simulated: true},
		cfg:       cfg,
		engine:    newEngine(cfg.Timescale, cfg.VirtualTime),
		catalogue: newCatalogue(cfg.Models, cfg.Pullable),
	}
	for _, id := range s.cfg.Servers {
		e, err := startEndpoint(s, id)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("start simulator: %w", err), s.Close(ctx))
		}
		s.endpoints = append(s.endpoints, e)
	}
	for _, f := range cfg.Faults {
		s.Inject(f)
	}
	return s, nil
}

// Kind is "sim".
func (s *Servers) Kind() string { return Kind }

// Timescale is the simulated seconds per real second.
func (s *Servers) Timescale() float64 { return s.cfg.Timescale }

// Endpoints returns the servers in the order of Config.Servers. They have no
// process of their own and no log.
func (s *Servers) Endpoints() []backend.Endpoint {
	var out []backend.Endpoint
	for _, e := range s.endpoints {
		out = append(out, backend.Endpoint{ID: e.id, URL: e.url})
	}
	return out
}

// Close cuts what is in flight, as a stopped Ollama does, and waits until every
// connection and goroutine is gone.
func (s *Servers) Close(ctx context.Context) error {
	var errs []error
	for _, e := range s.endpoints {
		errs = append(errs, e.close(ctx))
	}
	return errors.Join(errs...)
}

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
