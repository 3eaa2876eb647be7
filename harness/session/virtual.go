package session

import (
	"context"

	"github.com/chimeraforge/duet/harness/backend"
)

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
