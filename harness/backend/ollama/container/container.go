// Package container is the backend that runs its servers in containers: two
// Ollama of one pinned image, each with its own port, log, devices and limits,
// and none of them left behind.
//
// # Shape
//
//	Connect  is there an engine, and is it on this machine?  (its error says what to try)
//	Start    two servers that answer /api/version            (a backend.Backend)
//	Fill     a third one for a moment, which may write the models the two only read
//	Alive    is a server still there?                        and
//	Restart  start it again on its port, for a session that lost one
//	Close    stop all and see that nothing is left
//
// Creating, starting and waiting are testcontainers-go's. It is a heavy library
// (about a hundred packages), so package harness imports this one only under the
// tags ollama and gpu: the simulator's users never compile it.
//
// A server that answers has no model loaded yet. Loading one, with the options
// that will be measured, is the session's first request to each server
// (Client.Generate of package ollama): no run is made before every server has answered one.
//
// # Models
//
// Both servers read one folder of this machine, mounted read-only, so that
// neither can change what the other measures. What is missing in it comes
// through Fill. With Config.Separate each has a folder of its own, and writes it.
//
// # Nothing is left behind
//
// testcontainers' own reaper is an image, and where no registry can be reached
// it cannot be pulled; so it is off, always, and one mechanism does for all
// machines. Every container carries the session in a label. Close removes what
// has it. If this program ends otherwise (Ctrl-C twice, panic, os.Exit, kill
// -9), its reaper does: this same program once more, waiting for its parent's end
// (see procgroup.StartReaper). Should both be killed, the next session on this
// machine finds containers whose owner is gone, and removes them first. There
// are no networks and no volumes to remove: servers are on the engine's default
// bridge, and models are in a folder.
//
// # Keeping a pair
//
// With Config.Keep the servers stay when the session ends, and a later one with
// the same configuration uses them: large models need not be read again. They
// carry no session's label; to be rid of them, remove what is labelled
// duet.kept. While a session uses a pair no other can.
//
// # Addresses
//
// Servers listen on 127.0.0.1 only. On a Linux engine they have this machine's
// loopback itself (the host's network): a published port would send every byte
// through the engine's proxy, which on a busy machine passes several chunks on at
// once, and gaps between chunks would be the proxy's. Docker Desktop and rootless
// engines cannot do that: there ports are published on 127.0.0.1, and a session
// says so (Proxied).
package container

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/internal/procgroup"
)

// Kind is the word that stands beside every number of this backend.
const Kind = "container"

// Config says what to start. The zero value starts two servers of the pinned
// image on the user's own models, without a GPU and without limits.
type Config struct {
	Image     string           // "": see Resolve
	Servers   []backend.Server // nil: two, for one agent each
	Ports     []int            // one for each, which must be free; nil: 11434 and on where free, else any
	ModelsDir string           // a folder of this machine; "": $OLLAMA_MODELS, else ~/.ollama/models
	Separate  bool             // each server gets its own folder below ModelsDir
	LogDir    string           // NAME.log of each server, appended to; "": a temporary folder, removed by Close
	GPUs      string           // GPUsNone, GPUsShared or GPUsSeparate; "": GPUsNone
	CPUs      float64          // processors' worth of time for each agent's server; 0: no limit
	MemoryB   int64            // bytes for each agent's server, swap included; 0: no limit
	Keep      bool             // leave the servers running, and use those that were left
	Ready     time.Duration    // limit for /api/version to answer; 0: DefaultReady
	Stop      time.Duration    // limit between SIGTERM and SIGKILL; 0: DefaultStop
}

// Defaults of Config, as for processes, and some time for the engine.
const (
	DefaultReady = 90 * time.Second
	DefaultStop  = 10 * time.Second
)

var _ backend.Backend = (*Backend)(nil)

// Backend is servers in containers.
type Backend struct {
	ollama.Servers
	ollama.Cores
	cfg     Config
	engine  *Engine
	image   Image
	session string            // in the label of everything that is ours
	reaper  *procgroup.Reaper // what happens to it if we cannot
	servers []*instance
	scratch string // temporary folder, "" when there is none
}

// Start starts the servers and returns when all answer. When it fails it has
// removed what it started; the error quotes the end of the log and says what to
// try next.
func Start(ctx context.Context, cfg Config) (*Backend, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	b := &Backend{cfg: cfg, session: newSession()}
	if b.engine, err = Connect(ctx); err != nil {
		return nil, err
	}
	if err := b.start(ctx); err != nil {
		return nil, errors.Join(err, b.Close(context.WithoutCancel(ctx)))
	}
	return b, nil
}

func (c Config) withDefaults() (Config, error) {
	c.Ready, c.Stop = cmp.Or(c.Ready, DefaultReady), cmp.Or(c.Stop, DefaultStop)
	if c.Servers == nil {
		c.Servers = backend.Each(2)
	}
	if n := len(c.Ports); n != 0 && n != len(c.Servers) {
		return c, fmt.Errorf("%d ports given for %d servers", n, len(c.Servers))
	}
	c.GPUs = cmp.Or(c.GPUs, GPUsNone)
	home, err := os.UserHomeDir()
	dir := process.ModelsDir(c.ModelsDir, home)
	if err != nil && dir == filepath.Join(home, ".ollama", "models") {
		return c, fmt.Errorf("no folder for models: %w", err)
	}
	c.ModelsDir, err = filepath.Abs(dir)
	return c, err
}

// Kind implements backend.Backend.
func (b *Backend) Kind() string { return Kind }

// Endpoints implements backend.Backend.
func (b *Backend) Endpoints() []backend.Endpoint {
	var out []backend.Endpoint
	for _, s := range b.servers {
		out = append(out, s.endpoint())
	}
	return out
}

// Proxied reports whether what servers say passes the engine's proxy.
func (b *Backend) Proxied() bool { return !b.engine.host }

// find is the server of that name, nil where there is none.
func (b *Backend) find(id string) *instance {
	i := slices.IndexFunc(b.servers, func(s *instance) bool { return s.id == id })
	if i < 0 {
		return nil
	}
	return b.servers[i]
}

// Close stops and removes all containers of the session. It may be called more
// than once.
func (b *Backend) Close(ctx context.Context) error {
	if b.engine == nil {
		return nil
	}
	var errs []error
	for _, s := range b.servers {
		if s.kept() {
			s.leave()
			continue
		}
		errs = append(errs, s.stop(ctx))
	}
	errs = append(errs, b.engine.removeAll(ctx, labelSession+"="+b.session))
	if b.reaper != nil {
		errs = append(errs, b.reaper.Dismiss())
	}
	errs = append(errs, b.engine.Close())
	if b.scratch != "" {
		errs = append(errs, os.RemoveAll(b.scratch))
	}
	b.engine, b.reaper, b.scratch = nil, nil, ""
	return errors.Join(errs...)
}

// start makes way, starts the reaper and starts the servers.
func (b *Backend) start(ctx context.Context) (err error) {
	if err := b.engine.Sweep(ctx); err != nil {
		return err
	}
	if b.image, err = b.engine.Resolve(ctx, b.cfg.Image); err != nil {
		return err
	}
	if b.reaper, err = b.engine.startReaper(b.session); err != nil {
		return err
	}
	if b.cfg.Keep {
		if err := b.claim(ctx); err != nil {
			return err
		}
	}
	if err := b.plan(); err != nil {
		return fmt.Errorf("start containers: %w", err)
	}
	for _, s := range b.servers {
		if err := s.start(ctx); err != nil {
			return fmt.Errorf("start container (%s): %w", s.id, err)
		}
	}
	return nil
}

// plan makes the folders and says what each server gets.
func (b *Backend) plan() error {
	logs, err := b.logDir()
	if err != nil {
		return err
	}
	for i, wanted := range b.cfg.Servers {
		s := &instance{
			backend: b, id: wanted.Name, slots: wanted.Agents(), log: filepath.Join(logs, wanted.Name+".log"),
			models: b.cfg.ModelsDir, port: b.cfg.port(i), devices: devices(b.cfg.GPUs, wanted),
		}
		if b.cfg.Separate {
			s.models, s.writes = filepath.Join(b.cfg.ModelsDir, s.id), true
		}
		if err := os.MkdirAll(s.models, 0o755); err != nil {
			return err
		}
		b.servers = append(b.servers, s)
	}
	return nil
}

func (b *Backend) logDir() (string, error) {
	if b.cfg.LogDir != "" {
		dir, err := filepath.Abs(b.cfg.LogDir)
		if err != nil {
			return "", err
		}
		return dir, os.MkdirAll(dir, 0o755)
	}
	dir, err := os.MkdirTemp("", "duet-container-")
	b.scratch = dir
	return dir, err
}

// filler is the name of the server that Fill starts.
const filler = "filler"

// Shared reports whether the servers only read their models, so that what is
// missing has to come through Fill.
func (b *Backend) Shared() bool { return !b.cfg.Separate }

// Fill starts another server on the folder that both read, one that may write
// it, lets f use it, and removes it again.
func (b *Backend) Fill(ctx context.Context, f func(backend.Endpoint) error) (err error) {
	s := &instance{
		backend: b, id: filler, slots: 1, models: b.cfg.ModelsDir, writes: true,
		log: filepath.Join(filepath.Dir(b.servers[0].log), filler+".log"),
	}
	if err := s.start(ctx); err != nil {
		return fmt.Errorf("start container (%s): %w", filler, err)
	}
	err = f(s.endpoint())
	if stopErr := s.stop(context.WithoutCancel(ctx)); err == nil {
		err = stopErr
	}
	return err
}

// aliveLimit is how long engine and server together may take to say that all is
// well. Ollama says its version while it works, in a millisecond.
const aliveLimit = 5 * time.Second

// Alive reports whether the server of this id still runs and answers.
func (b *Backend) Alive(id string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), aliveLimit)
	defer cancel()
	s := b.find(id)
	return s != nil && s.alive(ctx)
}

// Restart removes what is left of a server and starts another in its place, on
// its port, with no model loaded.
func (b *Backend) Restart(ctx context.Context, id string) error {
	s := b.find(id)
	if s == nil {
		return fmt.Errorf("restart container: no server %q", id)
	}
	if err := s.stop(ctx); err != nil {
		return fmt.Errorf("restart (%s): %w", id, err)
	}
	if err := s.start(ctx); err != nil {
		return fmt.Errorf("restart container (%s): %w", id, err)
	}
	return nil
}
