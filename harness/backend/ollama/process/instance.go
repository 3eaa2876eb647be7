package process

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
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
