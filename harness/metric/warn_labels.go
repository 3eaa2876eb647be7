package metric

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// sprint and join are short names for what every finding needs.
func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func join(names []string) string { return strings.Join(names, ", ") }

// labels checks that some agent asked for what the cell is labelled with.
func labels(r *record.Run) []record.Finding {
	if len(r.Agents) == 0 {
		return nil
	}
	for _, a := range r.Agents {
		o := a.Options
		if o.NumGPU == r.Cell.GPU() && o.NumCtx == r.Cell.Ctx() && o.Temperature == r.Cell.Temp() {
			return nil
		}
	}
	return doubt(LabelMismatch, "", "the cell is labelled gpu %d, ctx %d, temperature %.1f, and no agent asked for that", r.Cell.GPU(), r.Cell.Ctx(), r.Cell.Temp())
}

// effective checks that what an agent asked for is what its server did. The
// tuned options are the ones in effect when a single-agent server is looked at.
func effective(r *record.Run) []record.Finding {
	var out []record.Finding
	for _, s := range r.Servers {
		if s.Model == nil {
			continue
		}
		for _, a := range agentsOn(r, s.ID) {
			if c, o := s.Model.Context, a.Options; c != nil && o.NumCtx > 0 && *c != o.NumCtx {
				out = append(out, doubt(LabelMismatch, a.ID, "asked for a context of %d tokens, %d in effect", o.NumCtx, *c)...)
			}
			out = append(out, placement(r, s, a)...)
		}
	}
	return out
}

// proxied looks for servers behind a container engine's proxy.
func proxied(r *record.Run) []record.Finding {
	var out []record.Finding
	for _, s := range r.Servers {
		if s.Container != nil && s.Container.Proxied {
			out = append(out, doubt(ProxiedGaps, s.ID, "a published port, not this machine's loopback itself")...)
		}
	}
	return out
}

// placement compares the GPU layers asked for with where the model is. Ollama
// does not say how many layers are in effect, only how many bytes are in VRAM.
func placement(r *record.Run, s record.Server, a *record.Agent) []record.Finding {
	o, size, vram := a.Options, s.Model.SizeB, s.Model.VRAMB
	switch {
	case o.NumGPU <= 0 || size == nil || vram == nil || *vram >= *size:
		return nil
	case *vram == 0:
		return doubt(NotOnGPU, a.ID, "nothing is in VRAM: gpu=%d in the label was asked for and is not in effect", r.Cell.GPU())
	}
	if o.NumGPU < s.Model.Layers {
		return nil // a split is what was asked for
	}
	return doubt(LabelMismatch, a.ID, "asked for %d GPU layers, and %.0f %% of the model's bytes are in VRAM; the rest runs on the CPU", o.NumGPU, 100*float64(*vram)/float64(*size))
}

// agentsOn are the agents that talk to a server, each once: with the tuned options
// where one had two in turn.
func agentsOn(r *record.Run, server string) []*record.Agent {
	var out []*record.Agent
	for i := range r.Agents {
		a := &r.Agents[i]
		if cmp.Or(a.Server, a.ID) != server {
			continue
		}
		at := slices.IndexFunc(out, func(o *record.Agent) bool { return o.ID == a.ID })
		switch {
		case at < 0:
			out = append(out, a)
		case a.Label == "chimera":
			out[at] = a
		}
	}
	return out
}
