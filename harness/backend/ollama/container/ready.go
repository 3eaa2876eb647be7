package container

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

// readyPause is the time between two looks at a server that starts.
const readyPause = 50 * time.Millisecond

var _ wait.Strategy = (*instance)(nil)

// WaitUntilReady is testcontainers' wait strategy: an Ollama answers on the
// port of loopback that clients will use, and is of the version that the image
// must have. It learns the port.
func (s *instance) WaitUntilReady(ctx context.Context, target wait.StrategyTarget) error {
	port, err := s.learnPort(ctx, target)
	if err != nil {
		return fmt.Errorf("which port: %w", err)
	}
	s.mu.Lock()
	s.port = port
	s.mu.Unlock()
	limited, cancel := context.WithTimeout(ctx, s.backend.cfg.Ready)
	defer cancel()
	asked := ollama.New(s.endpoint().URL)
	for {
		version, err := asked.Version(limited)
		if err == nil {
			return s.backend.image.check(version)
		}
		if err := ended(limited, target); err != nil {
			return err
		}
		select {
		case <-limited.Done():
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return fmt.Errorf("no answer for %v: %w", s.backend.cfg.Ready, err)
		case <-time.After(readyPause):
		}
	}
}

// check refuses a server that is not what the image's name says.
func (i Image) check(version string) error {
	if want := i.expected(); want != "" && version != want {
		return fmt.Errorf("the image %s holds Ollama %s and not %s: build it again (make image) or name another (-duet.image)", i.Ref, version, want)
	}
	return nil
}

// ended is an error when the container does not run any more.
func ended(ctx context.Context, target wait.StrategyTarget) error {
	state, err := target.State(ctx)
	switch {
	case err != nil || state.Running:
		return nil // asked too late, or all is well: the caller's limit decides
	case state.OOMKilled:
		return errors.New("it ended: out of memory; allow more (-duet.memory)")
	}
	return fmt.Errorf("it ended: exit status %d", state.ExitCode)
}

// explain adds to a failed start what there is to see and what to try next.
func (s *instance) explain(err error) error {
	s.await(lastWords)
	text := err.Error()
	next := "what it said: " + s.tail()
	switch {
	case strings.Contains(text, "could not select device driver"):
		next = "the engine has no GPUs to give: install the NVIDIA Container Toolkit, or go without (-duet.gpus=none)"
	case strings.Contains(text, "port is already allocated"), strings.Contains(text, "address already in use"):
		next = "choose other ports (-duet.endpoints=127.0.0.1:PORT,127.0.0.1:PORT)"
	case strings.Contains(text, "Range of CPUs"):
		next = "allow fewer (-duet.cpus)"
	case strings.Contains(text, "emory limit"):
		next = "allow more (-duet.memory)"
	}
	return fmt.Errorf("%w\n%s\nor use a local Ollama of version %s (-duet.servers=process)", err, next, process.Version)
}
