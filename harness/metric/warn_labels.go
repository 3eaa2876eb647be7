package metric

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func join(names []string) string { return strings.Join(names, ", ") }

// labels checks that some agent asked for what the cell is labelled with.
func labels(r *record.Run) []record.Warning {
	if len(r.Agents) == 0 {
		return nil
	}
	for _, a := range r.Agents {
		o := a.Options
		if o.NumGPU == r.Cell.GPU() && o.NumCtx == r.Cell.Ctx() && o.Temperature == r.Cell.Temp() {
			return nil
		}
	}
	return warn(LabelMismatch, "", "the cell is labelled gpu %d, ctx %d, temperature %.1f, and no agent asked for that", r.Cell.GPU(), r.Cell.Ctx(), r.Cell.Temp())
}

// effective checks that what an agent asked for is what its server did. The
// tuned options are the ones in effect when a single-agent server is looked at.
func effective(r *record.Run) []record.Warning {
	var out []record.Warning
	for _, s := range r.Servers {
		o := asked(r, s.ID)
		if o == nil || s.Model == nil {
			continue
		}
		if c := s.Model.Context; c != nil && o.NumCtx > 0 && *c != o.NumCtx {
			out = append(out, warn(LabelMismatch, s.ID, "asked for a context of %d tokens, %d in effect", o.NumCtx, *c)...)
		}
		out = append(out, placement(r, s, o)...)
	}
	return out
}

// proxied looks for servers behind a container engine's proxy.
func proxied(r *record.Run) []record.Warning {
	var out []record.Warning
	for _, s := range r.Servers {
		if s.Container != nil && s.Container.Proxied {
			out = append(out, warn(ProxiedGaps, s.ID, "a published port, not this machine's loopback itself")...)
		}
	}
	return out
}

// placement compares the GPU layers asked for with where the model is. Ollama
// does not say how many layers are in effect, only how many bytes are in VRAM.
func placement(r *record.Run, s record.Server, o *record.Options) []record.Warning {
	size, vram := s.Model.SizeB, s.Model.VRAMB
	switch {
	case o.NumGPU <= 0 || size == nil || vram == nil || *vram >= *size:
		return nil
	case *vram == 0:
		return warn(NotOnGPU, s.ID, "nothing is in VRAM: gpu=%d in the label was asked for and is not in effect", r.Cell.GPU())
	}
	if o.NumGPU < s.Model.Layers {
		return nil // a split is what was asked for
	}
	return warn(LabelMismatch, s.ID, "asked for %d GPU layers, and %.0f %% of the model's bytes are in VRAM; the rest runs on the CPU", o.NumGPU, 100*float64(*vram)/float64(*size))
}

// asked returns the options of the agent a server serves: the tuned ones where
// the single suite records both.
func asked(r *record.Run, id string) *record.Options {
	var out *record.Options
	for i := range r.Agents {
		if a := &r.Agents[i]; a.ID == id && (out == nil || a.Label == "chimera") {
			out = &a.Options
		}
	}
	return out
}
