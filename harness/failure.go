package harness

import (
	"context"
	"errors"
	"strings"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// errWarming marks what went wrong before anything was measured: while models
// were loaded with the options of the cell.
var errWarming = errors.New("before the passes")

// Words by which Ollama and what it runs on say that a model does not fit, or
// does not load. They are not an interface, and a version may change them: a
// failure that is not recognised is a failed call, with all it said.
var (
	noMemory = []string{
		"out of memory", "more system memory", "insufficient memory", "cudamalloc failed", "memory layout cannot be allocated",
		"unable to allocate", "failed to allocate",
	}
	noLoad = []string{"runner process has terminated", "unable to load model", "error loading model", "failed to load model"}
)

// unfit is the kind of failure of a model that cannot be used as it was asked
// for, "" for any other error.
func unfit(err error) string {
	text := strings.ToLower(err.Error())
	has := func(words []string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	switch {
	case errors.Is(err, errNotOnGPU):
		return results.NotOnGPU
	case has(noMemory):
		return results.OutOfMemory
	case has(noLoad):
		return results.LoadFailed
	}
	return ""
}

// failure is what there is to say of a failed run beside its error, while its
// servers are there to be asked. A model that did not load is tried with less.
func (x *Session) failure(ctx context.Context, r *record.Run, cell plan.Cell, err error) results.Failure {
	f := results.Failure{Kind: unfit(err), VRAM: vram(r.Telemetry), Loaded: x.loaded(ctx)}
	if f.Kind == "" {
		f.Kind = results.CallFailed
		return f
	}
	if errors.Is(err, errWarming) {
		f.Fallback = x.fallback(ctx, r, cell)
	}
	return f
}

// vram is the memory of every device at the end of a recording.
func vram(t *record.Telemetry) (out []results.VRAM) {
	if t == nil {
		return nil
	}
	for _, d := range t.Devices {
		if d.UsedB == nil {
			continue
		}
		v := results.VRAM{Device: d.Name, SizeB: d.MemoryB}
		for _, v.UsedB = range d.UsedB.Values {
			v.PeakB = max(v.PeakB, v.UsedB)
		}
		out = append(out, v)
	}
	return out
}

// loaded is what the servers hold now. One that does not answer says nothing.
func (x *Session) loaded(ctx context.Context) (out []results.Loaded) {
	ctx, cancel := x.loading(ctx)
	defer cancel()
	for _, ep := range x.backend.Endpoints() {
		models, err := x.admin(ep.URL).Ps(ctx)
		if err != nil {
			continue
		}
		for _, m := range models {
			out = append(out, results.Loaded{Server: ep.ID, Model: m.Name, SizeB: m.SizeB, VRAMB: m.VRAMB})
		}
	}
	return out
}
