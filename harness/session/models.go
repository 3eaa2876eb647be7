package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
)

// loadFactor is how many times longer than within a call a server may be silent
// while it loads or unloads a model: a large one comes from a slow disk in
// minutes. Without a limit a server that hangs there would hang the matrix.
const loadFactor = 5

// loading bounds what loads or unloads models.
func (s *Session) loading(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := loadFactor * s.config.Settings.Timeout
	return context.WithTimeoutCause(ctx, limit, fmt.Errorf("server silent for %s", limit.Round(time.Millisecond)))
}

// cause prefers the reason why a context ended to the error it caused.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// load makes a small request outside every window, which leaves the model loaded
// with its options. A back end without that has its models loaded, or loads them
// within the first call.
func (s *Session) load(ctx context.Context, url, model, prompt string, opts record.Options) (backend.Warm, error) {
	b, ok := s.backend.(backend.Loader)
	if !ok {
		return backend.Warm{}, nil
	}
	ctx, cancel := s.loading(ctx)
	defer cancel()
	warm, err := b.Load(ctx, url, model, prompt, opts)
	return warm, cause(ctx, err)
}

// describe is what a run records of a server that holds a model with some GPU
// layers asked for.
func (s *Session) describe(ctx context.Context, ep backend.Endpoint, model string, layers int) (record.Server, error) {
	d := record.Server{ID: ep.ID, URL: ep.URL, Model: &record.Model{Name: model}}
	if b, ok := s.backend.(backend.Describer); ok {
		ctx, cancel := s.loading(ctx)
		defer cancel()
		var err error
		if d, err = b.Describe(ctx, ep.ID, ep.URL, model, layers); err != nil {
			return d, fmt.Errorf("pre-flight of %s: %w", ep.URL, cause(ctx, err))
		}
	}
	d.Protocol, d.TokensSource = record.ProtocolOllama, record.TokensServer
	d.PID, d.Log, d.SlotsAsked, d.Container = ep.PID, s.relative(ep.Log), ep.Parallel, ep.Container
	return d, nil
}

// provide makes models available on every server, on those first that only another
// can write to.
func (s *Session) provide(ctx context.Context, models []string) error {
	p, ok := s.backend.(backend.Provider)
	if !ok {
		return nil
	}
	if b, ok := s.backend.(backend.Filler); ok && b.Shared() {
		if err := s.fill(ctx, b, p, models); err != nil {
			return err
		}
	}
	for _, model := range models {
		for _, ep := range s.endpoints() {
			if err := s.ensure(ctx, p, ep, model); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Session) ensure(ctx context.Context, p backend.Provider, ep backend.Endpoint, model string) error {
	return p.Provide(ctx, ep.URL, model, func(text string) {
		s.progress.Note("pulling %s onto %s: %s", model, ep.URL, text)
	})
}

// fill brings missing models to servers that cannot do it themselves.
func (s *Session) fill(ctx context.Context, b backend.Filler, p backend.Provider, models []string) error {
	var missing []string
	for _, m := range models {
		has, err := p.Has(ctx, s.endpoints()[0].URL, m)
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
			if err := s.ensure(ctx, p, ep, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// unloadOthers unloads the session's other models everywhere, and the model itself
// from servers that do not work now. Servers on one GPU do not know of each other,
// so none would make room for another's.
func (s *Session) unloadOthers(ctx context.Context, model string, working []string) error {
	return s.unload(ctx, func(b backend.Unloader, ep backend.Endpoint, name string) bool {
		keeps := slices.Contains(working, ep.ID)
		return s.measures(b, name) && !(keeps && b.SameModel(name, model))
	})
}

// clear unloads the session's models, and another, everywhere.
func (s *Session) clear(ctx context.Context, another string) error {
	return s.unload(ctx, func(b backend.Unloader, _ backend.Endpoint, name string) bool {
		return s.measures(b, name) || b.SameModel(name, another)
	})
}

// measures reports whether a model is one of the session's.
func (s *Session) measures(b backend.Unloader, name string) bool {
	return slices.ContainsFunc(s.config.Settings.Models, func(m string) bool { return b.SameModel(m, name) })
}

// unload unloads what is chosen of all that the servers hold. One that cannot be
// unloaded does not keep a server's others.
func (s *Session) unload(ctx context.Context, chosen func(backend.Unloader, backend.Endpoint, string) bool) error {
	b, ok := s.backend.(backend.Unloader)
	if !ok {
		return nil
	}
	ctx, cancel := s.loading(ctx)
	defer cancel()
	for _, ep := range s.backend.Endpoints() {
		loaded, err := b.Loaded(ctx, ep.URL)
		for _, l := range loaded {
			if chosen(b, ep, l.Name) {
				err = errors.Join(err, b.Unload(ctx, ep.URL, l.Name))
			}
		}
		if err != nil {
			return cause(ctx, err)
		}
	}
	return nil
}

// restart starts servers again that a failed run left dead, so that one crash
// costs one run and not the rest of the matrix. A server that stays dead fails
// the runs to come, each with its reason.
func (s *Session) restart(ctx context.Context) {
	b, ok := s.backend.(backend.Restarter)
	if !ok {
		return
	}
	for _, ep := range s.backend.Endpoints() {
		if b.Alive(ep.ID) || ctx.Err() != nil {
			continue
		}
		s.progress.Note("server %s (%s) is gone; starting it again", ep.ID, ep.URL)
		if err := b.Restart(ctx, ep.ID); err != nil {
			s.progress.Note("server %s does not start again: %v", ep.ID, err)
		}
	}
}

// inside calls f where the servers are. That is here, except for a simulation in
// virtual time: there the servers start with f, in a bubble of their own, and end
// with it. The key tells runs apart: two differ, and the same run is the same
// everywhere.
func (s *Session) inside(ctx context.Context, key string, f func(context.Context) error) error {
	b, ok := s.backend.(backend.PerRun)
	if !ok {
		return f(ctx)
	}
	outside := s.backend
	defer func() { s.backend = outside }()
	return b.Run(ctx, key, func(ctx context.Context, servers backend.Backend) error {
		s.backend = servers
		return f(ctx)
	})
}
