package wire

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/chimeraforge/duet/internal/clock"
)

// silence ends a context when nothing was heard for a while. Setting a timer
// anew for every chunk would cost more than decoding it, so what is heard is
// noted, and the timer looks when it fires.
type silence struct {
	after  time.Duration
	last   atomic.Int64
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

// watchSilence returns a context that ends with ErrSilent when heard is not
// called for the given time; 0 watches nothing.
func watchSilence(ctx context.Context, after time.Duration) (context.Context, *silence) {
	ctx, cancel := context.WithCancelCause(ctx)
	s := &silence{after: after, cancel: cancel}
	if after > 0 {
		s.last.Store(clock.NS())
		s.timer = time.AfterFunc(after, s.look)
	}
	return ctx, s
}

// look ends the context, or comes again when the silence could be long enough.
// stop may have been called meanwhile: then the context has ended already.
func (s *silence) look() {
	if left := s.after - time.Duration(clock.NS()-s.last.Load()); left > 0 {
		s.timer.Reset(left)
		return
	}
	s.cancel(fmt.Errorf("%w for %s", ErrSilent, s.after))
}

func (s *silence) heard(at int64) { s.last.Store(at) }

func (s *silence) stop() {
	s.cancel(nil)
	if s.timer != nil {
		s.timer.Stop()
	}
}
