package process

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chimeraforge/duet/harness/backend/ollama"
)

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
	return tail(s.log, s.from)
}
