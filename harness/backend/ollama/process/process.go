// Package process is the backend that owns its servers: it starts "ollama
// serve", each with its own port, log and process group, and leaves
// nothing behind, however the program that started them ends.
//
// # Shape
//
//	Find     where the ollama program is
//	Start    two servers that answer /api/version      (a backend.Backend)
//	Alive    is a server still there?                   and
//	Restart  start it again on its port, for a session that lost one
//	Close    stop both and see that nothing is left
//
// A server that answers has no model loaded yet. Loading one, with the options
// that will be measured, is the session's first request (Client.Generate of package
// ollama).
//
// # Nothing is left behind
//
// An Ollama that is killed leaves its runner, the process that holds the model,
// alive; so what is stopped is always the process group, first politely, then
// with SIGKILL. The group also dies with the program that started it (Ctrl-C,
// panic, os.Exit, kill -9). On Windows a job object does that. Elsewhere each
// group is led by a guard: this same program, executed again with an
// environment variable that an init function of this package looks for, which
// does nothing but wait for the end of a pipe whose other end only its parent
// holds. A server is born into its guard's group, between fork and exec, so
// there is no moment in which it could be missed. Because of the init function
// a program needs to do nothing for it; because of it, too, nothing that comes
// before main may read standard input.
package process

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
)

// Kind is the word that stands beside every number of this backend.
const Kind = "process"

// Config says what to start. The zero value starts the ollama that Find finds,
// on the user's own models.
type Config struct {
	Binary    string           // path of ollama; "": Find
	Servers   []backend.Server // nil: two, for one agent each
	Ports     []int            // one for each, which must be free; nil: 11434 and on where free, else any
	ModelsDir string           // read by both servers; "": $OLLAMA_MODELS, else ~/.ollama/models
	Separate  bool             // each server gets its own folder below ModelsDir
	LogDir    string           // NAME.log of each server, appended to; "": a temporary folder, removed by Close
	Env       []string         // KEY=value, after and so above what this package sets
	Ready     time.Duration    // limit for /api/version to answer; 0: DefaultReady
	Stop      time.Duration    // limit between SIGTERM and SIGKILL; 0: DefaultStop
}

// Defaults of Config. Ollama answers 60 ms after its start, or some seconds on
// a machine whose GPUs it has to look at first; it stops in 10 ms, or in the
// time a driver takes to give memory back.
const (
	DefaultReady = 60 * time.Second
	DefaultStop  = 10 * time.Second
)

var _ backend.Backend = (*Backend)(nil)

// Backend is servers of our own.
type Backend struct {
	ollama.Servers
	ollama.Cores
	cfg     Config
	servers []*instance
	scratch string // temporary folder, "" when there is none
}

// Start starts the servers and returns when all answer. When it fails it has
// stopped what it started, and the error quotes the end of the log.
func Start(ctx context.Context, cfg Config) (*Backend, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	b := &Backend{cfg: cfg}
	if err := b.prepare(); err != nil {
		return nil, errors.Join(err, b.Close(ctx))
	}
	if err := b.startAll(ctx); err != nil {
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
	if c.Binary != "" {
		return c, nil
	}
	path, _, err := Find()
	c.Binary = path
	return c, err
}

// prepare makes the folders and plans the servers.
func (b *Backend) prepare() error {
	home, err := b.home()
	if err != nil {
		return fmt.Errorf("start ollama: %w", err)
	}
	logs, err := b.logDir()
	if err != nil {
		return fmt.Errorf("start ollama: %w", err)
	}
	for _, s := range b.cfg.Servers {
		b.servers = append(b.servers, &instance{
			id: s.Name, slots: s.Agents(), cfg: b.cfg, home: home, models: b.cfg.models(home, s.Name), log: filepath.Join(logs, s.Name+".log"),
		})
	}
	return nil
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

// Close stops the servers and everything they started. It may be called more
// than once; when ctx ends, what is left is killed at once.
func (b *Backend) Close(ctx context.Context) error {
	errs := make(chan error, len(b.servers))
	for _, s := range b.servers {
		go func() { errs <- s.stop(ctx) }()
	}
	var err error
	for range b.servers {
		err = errors.Join(err, <-errs)
	}
	if b.scratch != "" {
		err = errors.Join(err, os.RemoveAll(b.scratch))
		b.scratch = ""
	}
	return err
}

// errTaken is a server that found its port taken.
var errTaken = errors.New("the port was taken by another program")

// startAll starts the servers, on other ports once more when another program
// took one between the choice and the start.
func (b *Backend) startAll(ctx context.Context) error {
	for try := 0; ; try++ {
		err := b.startOn(ctx)
		if err == nil || try > 0 || !errors.Is(err, errTaken) || !b.cfg.retriable() {
			return err
		}
		for _, s := range b.servers {
			if stopErr := s.stop(ctx); stopErr != nil {
				return errors.Join(err, stopErr)
			}
		}
	}
}

func (b *Backend) startOn(ctx context.Context) error {
	ports, err := b.cfg.ports()
	if err != nil {
		return fmt.Errorf("start ollama: %w", err)
	}
	for i, s := range b.servers {
		s.port = ports[i]
		if err := s.start(); err != nil {
			return fmt.Errorf("start ollama (%s): %w", s.id, err)
		}
	}
	for _, s := range b.servers {
		if err := s.ready(ctx); err != nil {
			return fmt.Errorf("start ollama (%s): %w", s.id, err)
		}
	}
	return nil
}

// Alive reports whether the server of this id still runs. One that runs may
// still not answer.
func (b *Backend) Alive(id string) bool {
	s := b.find(id)
	return s != nil && s.alive()
}

// Restart stops what is left of a server and starts it again on its port, with
// no model loaded. Endpoints gives the new process id.
func (b *Backend) Restart(ctx context.Context, id string) error {
	s := b.find(id)
	if s == nil {
		return fmt.Errorf("restart ollama: no server %q", id)
	}
	if err := s.stop(ctx); err != nil {
		return fmt.Errorf("restart ollama (%s): %w", id, err)
	}
	if err := s.start(); err != nil {
		return fmt.Errorf("restart ollama (%s): %w", id, err)
	}
	if err := s.ready(ctx); err != nil {
		return fmt.Errorf("restart ollama (%s): %w", id, err)
	}
	return nil
}

func (b *Backend) find(id string) *instance {
	for _, s := range b.servers {
		if s.id == id {
			return s
		}
	}
	return nil
}

func init() {
	backend.Register(backend.Driver{
		Kind: Kind, Open: open,
		Next: "\nname another program (-duet.ollama=PATH), or try containers (-duet.servers=container)",
	})
}

func open(ctx context.Context, c backend.Config) (backend.Backend, error) {
	ports, err := c.Ports()
	if err != nil {
		return nil, err
	}
	b, err := Start(ctx, Config{
		Binary: c.Program, Servers: c.Servers, Ports: ports, LogDir: c.LogDir, ModelsDir: c.ModelsDir, Separate: c.Separate,
	})
	if err != nil {
		return nil, err // and no backend, instead of one that is nil
	}
	return b, nil
}
