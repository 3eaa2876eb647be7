package process

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/internal/procgroup"
)

// instance is one server: planned, running or stopped.
type instance struct {
	id     string
	slots  int // requests it serves at once
	cfg    Config
	home   string
	models string
	log    string
	port   int

	mu    sync.Mutex
	cmd   *exec.Cmd
	group *procgroup.Group // everything the server may start; nil when not running
	since time.Time        // when it was started
	from  int64            // where in the log it began
	ended chan struct{}    // closed when the server's process was reaped
	exit  error            // why it ended; read after ended
}

func (s *instance) endpoint() backend.Endpoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := backend.Endpoint{ID: s.id, URL: fmt.Sprintf("http://127.0.0.1:%d", s.port), Log: s.log, Parallel: s.slots}
	if s.cmd != nil {
		e.PID = s.cmd.Process.Pid
	}
	return e
}

// start starts the process in a group of its own. It does not wait for answers.
func (s *instance) start() error {
	if err := allFree([]int{s.port}); err != nil {
		return fmt.Errorf("%w: %w", errTaken, err)
	}
	log, from, err := procgroup.OpenLog(s.log)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(s.cfg.Binary, "serve")
	cmd.Env, cmd.Stdout, cmd.Stderr = s.environment(), log, log
	g, err := procgroup.New()
	if err != nil {
		return err
	}
	if err := g.Start(cmd); err != nil {
		return errors.Join(err, g.Kill())
	}
	s.watch(cmd, g, from)
	return nil
}

// watch reaps the process whenever it ends.
func (s *instance) watch(cmd *exec.Cmd, g *procgroup.Group, from int64) {
	ended := make(chan struct{})
	s.mu.Lock()
	s.cmd, s.group, s.ended, s.from, s.since = cmd, g, ended, from, time.Now()
	s.mu.Unlock()
	go func() {
		err := cmd.Wait()
		s.mu.Lock()
		s.exit = err
		s.mu.Unlock()
		close(ended)
	}()
}

// end is closed once the server was reaped; nil when it was never started.
func (s *instance) end() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

func (s *instance) alive() bool {
	ended := s.end()
	if ended == nil {
		return false
	}
	select {
	case <-ended:
		return false
	default:
		return true
	}
}

// stop ends the server and everything in its group, politely for as long as
// the configuration and ctx allow, and reaps it. What is not running is left.
func (s *instance) stop(ctx context.Context) error {
	s.mu.Lock()
	g, ended := s.group, s.ended
	s.group = nil
	s.mu.Unlock()
	if g == nil {
		return nil
	}
	err := g.Terminate()
	grace := time.NewTimer(s.cfg.Stop)
	defer grace.Stop()
	select {
	case <-ended:
	case <-grace.C:
	case <-ctx.Done():
	}
	err = errors.Join(err, g.Kill())
	<-ended
	if err != nil {
		return fmt.Errorf("stop ollama (%s): %w", s.id, err)
	}
	return nil
}

const (
	// readyPause is the time between two looks at a server that starts.
	readyPause = 20 * time.Millisecond
	// settle is the youngest age at which an answer is believed. Before it, a
	// server that is about to die because its port is taken still runs, and
	// the answer may be the other program's.
	settle = 200 * time.Millisecond
)

// ready waits until the server answers /api/version.
func (s *instance) ready(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, s.cfg.Ready)
	defer cancel()
	client := ollama.New(s.endpoint().URL)
	ended := s.end()
	for {
		_, err := client.Version(limited)
		if err == nil && s.settled() {
			return nil
		}
		select {
		case <-ended:
			return s.died()
		case <-limited.Done():
			return fmt.Errorf("no answer for %v: %w\n%s", s.cfg.Ready, cause(ctx, err), s.tail())
		case <-time.After(readyPause):
		}
	}
}

// settled reports whether the server runs and is old enough to be believed.
func (s *instance) settled() bool {
	s.mu.Lock()
	age := time.Since(s.since)
	s.mu.Unlock()
	return age >= settle && s.alive()
}

// cause is the caller's own reason to give up, where there is one.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// died says how a server ended by itself, with the end of its log.
func (s *instance) died() error {
	text := s.tail()
	s.mu.Lock()
	exit := s.exit
	s.mu.Unlock()
	if exit == nil {
		exit = errors.New("exit status 0")
	}
	if portTaken(text) {
		return fmt.Errorf("%w: %w\n%s", errTaken, exit, text)
	}
	return fmt.Errorf("it ended: %w\n%s", exit, text)
}

// tail is what this start left at the end of the log.
func (s *instance) tail() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Tail(s.log, s.from)
}

// Tail is the end of a log, of what was written since from, as an error quotes
// it.
func Tail(path string, from int64) string {
	text, err := procgroup.Tail(path, from)
	if err != nil {
		return fmt.Sprintf("(%v)", err)
	}
	return fmt.Sprintf("the end of %s:\n%s", path, cmp.Or(text, "  | (empty)"))
}

// portTaken recognises in a log the reason that calls for another port, as
// Unix and Windows word it.
func portTaken(log string) bool {
	return strings.Contains(log, "address already in use") ||
		strings.Contains(log, "Only one usage of each socket address")
}

// environment is what a server runs with: ours, what makes two servers
// comparable, and the caller's additions. Of a variable that is there twice,
// the last counts.
//
// Two servers that share a models folder must not prune it. One request at a
// time for each agent and one model in memory is what every cell of the matrix
// asks for, and what a server decides for itself depends on its version and its
// memory.
func (s *instance) environment() []string {
	env := append(procgroup.Environ(), homeVariable()+"="+s.home)
	env = append(env,
		fmt.Sprintf("OLLAMA_HOST=127.0.0.1:%d", s.port),
		"OLLAMA_MODELS="+s.models,
		"OLLAMA_NOPRUNE=1",
		fmt.Sprintf("OLLAMA_NUM_PARALLEL=%d", s.slots),
		"OLLAMA_MAX_LOADED_MODELS=1",
	)
	return append(env, s.cfg.Env...)
}

// homeVariable is the variable that os.UserHomeDir reads.
func homeVariable() string {
	if runtime.GOOS == "windows" {
		return "USERPROFILE"
	}
	return "HOME"
}
