package ollama

import (
	"context"
	"net/http"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
)

// Generate makes one request that is not streamed and not measured, and so
// leaves the model loaded with these options for keepAlive ("5m", "-1").
// Ollama reloads a model whose num_ctx, num_gpu or num_thread change: warm up
// with the options that will be measured.
func (c *Client) Generate(ctx context.Context, model, prompt string, opts record.Options, keepAlive string) (backend.Warm, error) {
	req := map[string]any{
		"model": model, "prompt": prompt, "stream": false, "options": opts, "keep_alive": keepAlive,
	}
	var out struct {
		Response string `json:"response"`
		record.ServerTimings
	}
	if err := c.call(ctx, http.MethodPost, "/api/generate", req, &out); err != nil {
		return backend.Warm{}, err
	}
	return backend.Warm{
		Load: duration(out.LoadNS), Total: duration(out.TotalNS),
		Timings: out.ServerTimings, Reply: out.Response,
	}, nil
}

func duration(ns *int64) time.Duration {
	if ns == nil {
		return 0
	}
	return time.Duration(*ns)
}

// Unload asks the server to drop a model from its memory and waits until it has.
func (c *Client) Unload(ctx context.Context, model string) error {
	req := map[string]any{"model": model, "keep_alive": 0, "stream": false}
	if err := c.call(ctx, http.MethodPost, "/api/generate", req, nil); err != nil {
		return err
	}
	for {
		loaded, err := c.Ps(ctx)
		if err != nil || !holds(loaded, model) {
			return err
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// holds reports whether a model is among those loaded.
func holds(loaded []backend.Loaded, model string) bool {
	for _, l := range loaded {
		if SameName(l.Name, model) {
			return true
		}
	}
	return false
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
