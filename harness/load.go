package harness

import (
	"context"
	"fmt"
	"time"

	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/record"
)

// loadFactor is how many times longer than within a call a server may be silent
// while it loads or unloads a model: a large one comes from a slow disk in
// minutes. Without a limit a server that hangs there would hang the matrix.
const loadFactor = 5

// loading bounds what loads or unloads models.
func (x *Session) loading(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := loadFactor * x.settings.Timeout
	return context.WithTimeoutCause(ctx, limit, fmt.Errorf("server silent for %s", limit.Round(time.Millisecond)))
}

// load makes a small request outside every window, which leaves the model loaded
// with its options.
func (x *Session) load(ctx context.Context, url, model, prompt string, opts record.Options) (ollama.Warm, error) {
	ctx, cancel := x.loading(ctx)
	defer cancel()
	warm, err := x.admin(url).Generate(ctx, model, prompt, opts, keepAlive)
	return warm, because(ctx, err)
}

// because prefers the reason why a context ended to the error it caused.
func because(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
