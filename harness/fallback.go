package harness

import (
	"cmp"
	"context"
	"slices"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// leastContext is the shortest context that is tried: a prompt and a short
// reply.
const leastContext = 256

// mostModels is how many smaller models are tried.
const mostModels = 2

// fallback looks for a configuration below the one of a run with which every
// server of its cell loads, in the order of the study's plan: a lower context,
// then fewer layers at the lowest context, then a smaller model with the options
// of the cell. It stops at the first, and measures nothing. A cell's failures
// share one search: loads that fail can take minutes.
func (x *Session) fallback(ctx context.Context, r *record.Run, cell plan.Cell) *results.Fallback {
	if known, ok := x.fallbacks[r.Cell.ID]; ok {
		return known
	}
	f := &results.Fallback{}
	for _, t := range x.below(ctx, r) {
		x.progress.Note("%s: trying %s: %s, context %d, %d layers", r.Cell.ID, t.Step, t.Model, t.NumCtx, t.NumGPU)
		err := x.try(ctx, r, cell, t)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			t.Error = err.Error()
		}
		if f.Tried = append(f.Tried, t); err == nil {
			f.Taken = &t
			break
		}
	}
	if x.fallbacks == nil {
		x.fallbacks = map[string]*results.Fallback{}
	}
	x.fallbacks[r.Cell.ID] = f
	return f
}

// below lists what is tried, in order.
func (x *Session) below(ctx context.Context, r *record.Run) []results.Try {
	asked := results.Try{Model: r.Cell.Model}
	for _, a := range r.Agents {
		asked.NumCtx, asked.NumGPU = max(asked.NumCtx, a.Options.NumCtx), max(asked.NumGPU, a.Options.NumGPU)
	}
	out := lowerContext(asked)
	lowest := asked
	if len(out) > 0 {
		lowest = out[len(out)-1]
	}
	client := x.admin(x.backend.Endpoints()[0].URL)
	if m, err := client.Show(ctx, asked.Model); err == nil {
		out = append(out, fewerLayers(lowest, m.Layers)...)
	}
	stored, _ := client.Stored(ctx)
	return append(out, smallerModels(asked, stored)...)
}

func lowerContext(t results.Try) (out []results.Try) {
	t.Step = results.LowerContext
	for t.NumCtx /= 2; t.NumCtx >= leastContext; t.NumCtx /= 2 {
		out = append(out, t)
	}
	return out
}

// fewerLayers takes a quarter of the model's layers away at a time; 0 is a model
// in system memory.
func fewerLayers(t results.Try, layers int) (out []results.Try) {
	t.Step = results.FewerLayers
	most := min(t.NumGPU, layers)
	for quarters := 3; quarters >= 0 && most > 0; quarters-- {
		t.NumGPU = most * quarters / 4
		out = append(out, t)
	}
	return out
}

// smallerModels are those on the server with a smaller file, the largest first.
func smallerModels(t results.Try, stored []ollama.Stored) (out []results.Try) {
	t.Step = results.SmallerModel
	i := slices.IndexFunc(stored, func(g ollama.Stored) bool { return ollama.SameName(g.Name, t.Model) })
	if i < 0 {
		return nil
	}
	size := stored[i].SizeB
	smaller := slices.DeleteFunc(slices.Clone(stored), func(g ollama.Stored) bool { return g.SizeB >= size })
	slices.SortStableFunc(smaller, func(a, b ollama.Stored) int { return cmp.Compare(b.SizeB, a.SizeB) })
	for _, g := range smaller[:min(mostModels, len(smaller))] {
		t.Model = g.Name
		out = append(out, t)
	}
	return out
}

// try loads the cell's agents with no more than t allows, on servers that hold
// nothing else of ours.
func (x *Session) try(ctx context.Context, r *record.Run, cell plan.Cell, t results.Try) error {
	if err := x.clear(ctx, t.Model); err != nil {
		return err
	}
	for _, a := range r.Agents {
		opts := a.Options
		opts.NumPredict, opts.NumCtx, opts.NumGPU = 1, min(opts.NumCtx, t.NumCtx), min(opts.NumGPU, t.NumGPU)
		if _, err := x.load(ctx, a.Endpoint, t.Model, "Warm up.", opts); err != nil {
			return err
		}
		if _, err := x.describe(ctx, x.endpoint(cell, a.ID), t.Model, opts.NumGPU); err != nil {
			return err
		}
	}
	if !slices.Contains(x.settings.Models, t.Model) {
		return x.clear(ctx, t.Model) // nobody would unload it
	}
	return nil
}

// clear unloads the session's models, and another, everywhere.
func (x *Session) clear(ctx context.Context, another string) error {
	return x.unload(ctx, func(_ backend.Endpoint, name string) bool {
		return x.asks(name) || ollama.SameName(name, another)
	})
}
