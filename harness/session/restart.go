package session

import (
	"context"

	"github.com/chimeraforge/duet/harness/backend"
)

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
