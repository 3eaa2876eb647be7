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
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"sync"

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

// Config is what a session asks of servers, whatever their kind. A kind ignores
// what it does not have.
type Config struct {
	Servers   []Server
	Models    []string // that will be asked for
	Endpoints []string // URLs of servers that run, or ports to start servers on; nil: the kind's own
	LogDir    string   // for what servers write that are ours
	Topology  []string // placements of agents that cells have
	Same      bool     // several addresses may be one server
	Separate  bool     // a model folder for each server
	ModelsDir string   // of servers that are started; "": the user's own
	Program   string   // to start; "": looked for

	// Of containers.
	Image   string
	GPUs    string
	CPUs    float64
	MemoryB int64
	Keep    bool

	// Of simulations.
	Timescale float64 // simulated seconds per real second; 0: virtual time
	Seed      uint64
}

// Driver is a kind of back end, as its package registers it.
type Driver struct {
	Kind string // the word that stands beside every number
	// Open brings the servers up, and returns when all answer.
	Open func(context.Context, Config) (Backend, error)
	// Check refuses what servers of this kind cannot be, before anything is
	// started. nil: nothing.
	Check func(Config) error
	// Clock is the time its servers live in. nil: this machine's.
	Clock func(Config) Clock

	Simulated bool   // nothing it says is a measurement
	Existing  bool   // its servers are there before and after a session
	Sensors   string // what the sensors of its own are of (see Sensed); "": it has none
	Next      string // what to try where Open fails; "": its errors say it
}

// Clock is how a back end's time goes.
type Clock struct {
	Scale   float64 // its nanoseconds in one of this machine
	Virtual bool    // it takes no time: exact, and the same everywhere
	Speed   float64 // about how many of its seconds pass in one of this machine, to foretell durations
}

// Time is how time goes for servers of a configuration.
func (d Driver) Time(c Config) Clock {
	if d.Clock == nil {
		return Clock{Scale: 1, Speed: 1}
	}
	return d.Clock(c)
}

// Allows reports what is wrong with a configuration, whatever this machine has.
func (d Driver) Allows(c Config) error {
	if d.Check == nil {
		return nil
	}
	return d.Check(c)
}

// Finder looks on this machine for servers that could be measured, or can be
// started: it returns a registered kind, and why this one.
type Finder func(context.Context, Config) (kind, why string, err error)

var (
	mu      sync.Mutex
	drivers = map[string]Driver{}
	finder  Finder
	tags    = map[string]bool{}
)

// Register makes a kind of back end available by its name. Packages call it when
// they are imported, as drivers of database/sql do; two of one name are a mistake
// in the program.
func Register(d Driver) {
	mu.Lock()
	defer mu.Unlock()
	if _, twice := drivers[d.Kind]; twice || d.Kind == "" || d.Open == nil {
		panic(fmt.Sprintf("backend: Register %q: twice, or without a name or Open", d.Kind))
	}
	drivers[d.Kind] = d
}

// RegisterFinder says how the setting "auto" finds real servers. Without one it is
// the simulator.
func RegisterFinder(f Finder) {
	mu.Lock()
	defer mu.Unlock()
	finder = f
}

// Find is the registered Finder, nil where there is none.
func Find() Finder {
	mu.Lock()
	defer mu.Unlock()
	return finder
}

// Lookup returns a registered kind.
func Lookup(kind string) (Driver, error) {
	mu.Lock()
	defer mu.Unlock()
	if d, ok := drivers[kind]; ok {
		return d, nil
	}
	return Driver{}, fmt.Errorf("-duet.servers=%s needs a build that knows it: make bench TAGS=ollama, or go test -tags ollama (or gpu); this one knows %v",
		kind, slices.Sorted(maps.Keys(drivers)))
}

// Simulator is the registered kind that simulates.
func Simulator() (Driver, error) {
	mu.Lock()
	defer mu.Unlock()
	for _, d := range drivers {
		if d.Simulated {
			return d, nil
		}
	}
	return Driver{}, fmt.Errorf("no servers: this build has neither a simulator nor a way to find real ones; import duet/harness/backends")
}

// Built notes what a build was made with: "ollama" for real servers, "gpu" for
// such that must be on a GPU. A session records it, so that its commands can be
// given again.
func Built(tag string) {
	mu.Lock()
	defer mu.Unlock()
	tags[tag] = true
}

// Tag is the strictest of what was noted, "" where nothing was: a simulator's
// build.
func Tag() string {
	mu.Lock()
	defer mu.Unlock()
	for _, t := range []string{"gpu", "ollama"} {
		if tags[t] {
			return t
		}
	}
	return ""
}

// Ports are the ports on which servers are to be started, nil where nobody says.
// Servers beyond the given addresses get the ports after the last.
func (c Config) Ports() ([]int, error) {
	var ports []int
	for _, e := range c.Endpoints {
		u, err := url.Parse(e)
		if err != nil {
			return nil, fmt.Errorf("-duet.endpoints: %w", err)
		}
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, fmt.Errorf("-duet.endpoints: %s has no port to start a server on", e)
		}
		ports = append(ports, port)
	}
	if len(ports) == 0 {
		return nil, nil
	}
	for len(ports) < len(c.Servers) {
		ports = append(ports, ports[len(ports)-1]+1)
	}
	return ports[:len(c.Servers)], nil
}
