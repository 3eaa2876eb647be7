package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/settings"
)

// keepAlive is longer than any pass, so that no model is unloaded between a
// warm-up and its window.
const keepAlive = "30m"

// warmTokens is how much the session's warm-up generates: enough for a rate
// that foretells the duration.
const warmTokens = 16

// speed is what the warm-up saw of a model.
type speed struct {
	load       time.Duration
	promptRate float64 // tokens per second
	decodeRate float64
	threads    map[string]int   // num_thread that is sent, by server; 0: none
	resident   map[string]int64 // load_duration of the loaded model, by server, nanoseconds
}

// prepare gets every model onto every server, makes a real request to each, and
// holds the servers to each other and to the session's earlier runs.
func (x *Session) prepare(ctx context.Context) error {
	models := x.models()
	if err := x.fill(ctx, models); err != nil {
		return err
	}
	for _, model := range models {
		for _, ep := range x.endpoints() {
			if err := x.ensure(ctx, ep, model); err != nil {
				return err
			}
		}
	}
	var servers []record.Server
	var found []record.Model
	for _, model := range models {
		x.progress.Note("warming up %s", model)
		described, err := x.warmModel(ctx, model)
		if err != nil && unfit(err) != "" {
			// Its cells fail, each with its reason; the others are measured.
			x.progress.Note("%s does not load (%v); its runs will fail", model, err)
			continue
		}
		if err != nil {
			return fmt.Errorf("warm up %s: %w", model, err)
		}
		servers = servers[:0]
		for _, s := range described {
			found = append(found, *s.Model)
			s.Model = nil
			servers = append(servers, s)
		}
	}
	if err := x.distinct(ctx); err != nil {
		return err
	}
	return x.identify(servers, found)
}

// models lists the models of the session's cells.
func (x *Session) models() []string {
	var out []string
	for _, c := range x.cells {
		if !slices.Contains(out, c.Model) {
			out = append(out, c.Model)
		}
	}
	return out
}

// endpoints lists the servers the suite uses: a single agent needs one.
func (x *Session) endpoints() []backend.Endpoint {
	eps := x.backend.Endpoints()
	if x.suite == record.SuiteSingle {
		return eps[:1]
	}
	return eps
}

// ensure makes a model available on a server.
func (x *Session) ensure(ctx context.Context, ep backend.Endpoint, model string) error {
	if plan.IsSynthetic(model) && !x.place.Simulated {
		return synthetic.Register(ctx, ep.URL, model)
	}
	c := x.admin(ep.URL)
	_, err := c.Show(ctx, model)
	if !errors.Is(err, ollama.ErrNotFound) {
		return err
	}
	last := ""
	err = c.Pull(ctx, model, func(status string, done, total int64) {
		text := status
		if total > 0 {
			text = fmt.Sprintf("%s %d %%", status, done*100/total)
		}
		if text != last {
			x.progress.Note("pulling %s onto %s: %s", model, ep.URL, text)
			last = text
		}
	})
	if err != nil {
		command := "ollama pull " + model
		if x.choice.kind == settings.Reuse {
			command = "OLLAMA_HOST=" + ep.URL + " " + command
		}
		return fmt.Errorf("model %s is not there and cannot be pulled: %w; pull it yourself (%s), "+
			"choose others (-duet.models=name,name), or use the synthetic ones (-duet.models=tiny)", model, err, command)
	}
	return nil
}

// warmModel loads a model on every server, decides on threads, and keeps the
// speeds of the first.
func (x *Session) warmModel(ctx context.Context, model string) ([]record.Server, error) {
	var out []record.Server
	known := speed{threads: map[string]int{}, resident: map[string]int64{}}
	for i, ep := range x.endpoints() {
		opts := plan.TunedRust.Options()
		opts.NumPredict, opts.Seed = 1, 1
		if err := x.makeRoom(ctx, model, topologyOf(ep.ID)); err != nil {
			return nil, err
		}
		opts.NumThread = x.settings.Threads
		cold, err := x.load(ctx, ep.URL, model, "Hello.", opts)
		if err != nil {
			return nil, err
		}
		described, err := x.describe(ctx, ep, model, opts.NumGPU)
		if err != nil {
			return nil, err
		}
		threads := x.threadsFor(described)
		known.threads[ep.ID] = threads
		opts.NumPredict, opts.NumThread = warmTokens, threads
		warm, err := x.load(ctx, ep.URL, model, "Count slowly, and begin now.", opts)
		if err != nil {
			return nil, err
		}
		if known.resident[ep.ID], err = x.residentLoad(ctx, ep.URL, model, opts); err != nil {
			return nil, err
		}
		if i == 0 {
			known.load, known.promptRate, known.decodeRate = max(cold.Load, warm.Load), warm.PromptRate(), warm.DecodeRate()
		}
		out = append(out, described)
	}
	x.speeds[model] = known
	return out, nil
}

// residentLoad asks once more for a model that is loaded with these options: what
// the server calls loading is its bookkeeping then.
func (x *Session) residentLoad(ctx context.Context, url, model string, opts record.Options) (int64, error) {
	opts.NumPredict = 1
	again, err := x.load(ctx, url, model, "And again.", opts)
	return again.Load.Nanoseconds(), err
}
