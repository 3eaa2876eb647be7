package container

import (
	"context"
	"fmt"
	"time"
)

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
