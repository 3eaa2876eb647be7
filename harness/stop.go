package harness

import (
	"context"
	"fmt"
	"time"

	"github.com/chimeraforge/duet/internal/progress"
)

// deadlineMargin is kept free before the deadline, to close the servers.
const deadlineMargin = 15 * time.Second

// stop knows why a session must end before it is complete: an interrupt, the
// deadline of "go test", or a disk that cannot be written.
type stop struct {
	ctx      context.Context
	deadline time.Time // zero: none
	why      string
}

// interrupted is the reason that has an exit status of its own.
const interrupted = "interrupted"

func newStop(ctx context.Context, deadline time.Time) *stop {
	return &stop{ctx: ctx, deadline: deadline}
}

// now reports whether to stop before another run, which needs about so long.
func (s *stop) now(need time.Duration) bool {
	if s.reason() != "" {
		return true
	}
	if s.ctx.Err() != nil {
		s.because(s.ctx.Err())
		return true
	}
	if s.deadline.IsZero() {
		return false
	}
	left := time.Until(s.deadline) - deadlineMargin
	if need = need * 3 / 2; left < need {
		s.because(fmt.Errorf("go test would end this binary in %s and the next run needs about %s",
			progress.Round(left+deadlineMargin), progress.Round(need)))
		return true
	}
	return false
}

// because notes the first reason.
func (s *stop) because(err error) {
	switch {
	case s.why != "":
	case s.ctx.Err() != nil:
		s.why = interrupted
	default:
		s.why = err.Error()
	}
}

// reason is why to stop, "" while there is none.
func (s *stop) reason() string { return s.why }
