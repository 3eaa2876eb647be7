package harness

import (
	"context"
	"errors"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	"github.com/chimeraforge/duet/harness/plan"
)

// filler is a backend whose servers may only read their models: what is missing
// another server, there for the moment, writes for them.
type filler interface {
	Shared() bool // false where each server has a folder of its own, and writes it
	Fill(ctx context.Context, f func(backend.Endpoint) error) error
}

// fill brings missing models to servers that cannot do it themselves.
func (x *Session) fill(ctx context.Context, models []string) error {
	b, ok := x.backend.(filler)
	if !ok || !b.Shared() {
		return nil
	}
	var missing []string
	for _, m := range models {
		has, err := x.has(ctx, x.endpoints()[0], m)
		if err != nil {
			return err
		}
		if !has {
			missing = append(missing, m)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return b.Fill(ctx, func(ep backend.Endpoint) error {
		for _, m := range missing {
			if err := x.ensure(ctx, ep, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// has reports whether a server has a model.
func (x *Session) has(ctx context.Context, ep backend.Endpoint, model string) (bool, error) {
	if plan.IsSynthetic(model) {
		return synthetic.Registered(ctx, ep.URL, model)
	}
	_, err := x.admin(ep.URL).Show(ctx, model)
	if errors.Is(err, ollama.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
