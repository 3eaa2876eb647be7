package harness

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/matrix"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/server"
	"github.com/chimeraforge/duet/harness/server/admin"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/harness/tinymodels"
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
	threads    int // num_thread that is sent; 0: none
}

// prepare gets every model onto every server, makes a real request to each, and
// holds the servers to each other and to the session's earlier runs.
func (x *Session) prepare(ctx context.Context) error {
	models := x.models()
	for _, model := range models {
		for _, ep := range x.endpoints() {
			if err := x.ensure(ctx, ep, model); err != nil {
				return err
			}
		}
	}
	var servers []metrics.Server
	var found []metrics.Model
	for _, model := range models {
		x.progress.Note("warming up %s", model)
		described, err := x.warmModel(ctx, model)
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
func (x *Session) endpoints() []server.Endpoint {
	eps := x.backend.Endpoints()
	if x.suite == metrics.SuiteSingle {
		return eps[:1]
	}
	return eps
}

// ensure makes a model available on a server.
func (x *Session) ensure(ctx context.Context, ep server.Endpoint, model string) error {
	if matrix.IsSynthetic(model) && !x.place.Simulated {
		return tinymodels.Register(ctx, ep.URL, model)
	}
	c := x.admin(ep.URL)
	_, err := c.Show(ctx, model)
	if !errors.Is(err, admin.ErrNotFound) {
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
func (x *Session) warmModel(ctx context.Context, model string) ([]metrics.Server, error) {
	var out []metrics.Server
	for i, ep := range x.endpoints() {
		opts := matrix.TunedRust.Options()
		opts.NumPredict, opts.Seed = 1, 1
		if err := x.makeRoom(ctx, model); err != nil {
			return nil, err
		}
		opts.NumThread = x.settings.Threads
		cold, err := x.load(ctx, ep.URL, model, "Hello.", opts)
		if err != nil {
			return nil, err
		}
		described, err := x.describe(ctx, ep, model)
		if err != nil {
			return nil, err
		}
		threads := x.threadsFor(described)
		opts.NumPredict, opts.NumThread = warmTokens, threads
		warm, err := x.load(ctx, ep.URL, model, "Count slowly, and begin now.", opts)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			x.speeds[model] = speed{load: max(cold.Load, warm.Load), promptRate: warm.PromptRate(), decodeRate: warm.DecodeRate(), threads: threads}
		}
		out = append(out, described)
	}
	return out, nil
}

// threadsFor shares the cores out between the servers when the model is not on
// a GPU. With Ollama's own default each server takes all cores, and two of them
// spend their time spinning: on two cores they fall to a few tokens per second.
func (x *Session) threadsFor(s metrics.Server) int {
	if x.settings.Threads > 0 || x.place.Simulated {
		return x.settings.Threads
	}
	if s.Model == nil || s.Model.VRAMB == nil || *s.Model.VRAMB > 0 {
		return 0
	}
	return max(1, runtime.NumCPU()/2)
}

// makeRoom unloads the session's other models everywhere. Two servers on one
// GPU do not know of each other, so neither would make room for the other's.
func (x *Session) makeRoom(ctx context.Context, model string) error {
	ctx, cancel := x.loading(ctx)
	defer cancel()
	for _, ep := range x.backend.Endpoints() {
		c := x.admin(ep.URL)
		loaded, err := c.Ps(ctx)
		if err != nil {
			return because(ctx, err)
		}
		for _, l := range loaded {
			if admin.SameName(l.Name, model) || !slices.ContainsFunc(x.settings.Models, func(m string) bool { return admin.SameName(m, l.Name) }) {
				continue
			}
			if err := c.Unload(ctx, l.Name); err != nil {
				return because(ctx, err)
			}
		}
	}
	return nil
}
