package process

import (
	"context"
	"errors"
	"fmt"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/record"
)

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

// WaitLoaded makes one small request to every server, with the options that
// will be used, and so waits until each holds the model. It returns what they
// said, in the order of Endpoints.
func (b *Backend) WaitLoaded(ctx context.Context, model string, opts record.Options, keepAlive string) ([]backend.Warm, error) {
	opts.NumPredict = 1
	var out []backend.Warm
	for _, s := range b.servers {
		w, err := ollama.New(s.endpoint().URL).Generate(ctx, model, "Ready?", opts, keepAlive)
		if err != nil {
			return nil, fmt.Errorf("load %s (%s): %w", model, s.id, err)
		}
		out = append(out, w)
	}
	return out, nil
}
