package ollama

import (
	"context"
	"fmt"
	"time"
)

// silence ends a context when nothing was heard for a while.
type silence struct {
	after  time.Duration
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

// watchSilence returns a context that ends with ErrSilent when heard is not
// called for the given time; 0 watches nothing.
func watchSilence(ctx context.Context, after time.Duration) (context.Context, *silence) {
	ctx, cancel := context.WithCancelCause(ctx)
	s := &silence{after: after, cancel: cancel}
	if after > 0 {
		s.timer = time.AfterFunc(after, func() {
			cancel(fmt.Errorf("%w for %s", ErrSilent, after))
		})
	}
	return ctx, s
}

func (s *silence) heard() {
	if s.timer != nil {
		s.timer.Reset(s.after)
	}
}

func (s *silence) stop() {
	if s.timer != nil {
		s.timer.Stop()
	}
	s.cancel(nil)
}
