package analysis

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metrics"
)

func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func join(names []string) string { return strings.Join(names, ", ") }

// labels checks that some agent asked for what the cell is labelled with.
func labels(r *metrics.Run) []metrics.Warning {
	if len(r.Agents) == 0 {
		return nil
	}
	for _, a := range r.Agents {
		o := a.Options
		if o.NumGPU == r.Cell.GPU && o.NumCtx == r.Cell.Ctx && o.Temperature == r.Cell.Temp {
			return nil
		}
	}
	return warn(LabelMismatch, "", "the cell is labelled gpu %d, ctx %d, temperature %.1f, and no agent asked for that", r.Cell.GPU, r.Cell.Ctx, r.Cell.Temp)
}

// effective checks that what an agent asked for is what its server did. The
// tuned options are the ones in effect when a single-agent server is looked at.
func effective(r *metrics.Run) []metrics.Warning {
	var out []metrics.Warning
	for _, s := range r.Servers {
		o := asked(r, s.ID)
		if o == nil || s.Model == nil {
			continue
		}
		if c := s.Model.Context; c != nil && o.NumCtx > 0 && *c != o.NumCtx {
			out = append(out, warn(LabelMismatch, s.ID, "asked for a context of %d tokens, %d in effect", o.NumCtx, *c)...)
		}
		if v := s.Model.VRAMB; v != nil && *v == 0 && o.NumGPU > 0 {
			out = append(out, warn(LabelMismatch, s.ID, "asked for %d GPU layers, none in effect: nothing is in VRAM", o.NumGPU)...)
		}
	}
	return out
}

// placement checks that a model that should be on the GPU is, wholly.
func placement(r *metrics.Run) []metrics.Warning {
	var out []metrics.Warning
	for _, s := range r.Servers {
		o := asked(r, s.ID)
		if o == nil || o.NumGPU <= 0 || s.Model == nil || s.Model.SizeB == nil || s.Model.VRAMB == nil || *s.Model.VRAMB >= *s.Model.SizeB {
			continue
		}
		if *s.Model.VRAMB == 0 {
			out = append(out, warn(NotOnGPU, s.ID, "this is a CPU server: 0 of %.1f MB of the model are in VRAM", float64(*s.Model.SizeB)/1e6)...)
			continue
		}
		out = append(out, warn(NotOnGPU, s.ID, "%.1f of %.1f MB of the model are in VRAM, the rest runs on the CPU", float64(*s.Model.VRAMB)/1e6, float64(*s.Model.SizeB)/1e6)...)
	}
	return out
}

// asked returns the options of the agent a server serves: the tuned ones where
// the single suite records both.
func asked(r *metrics.Run, id string) *metrics.Options {
	var out *metrics.Options
	for i := range r.Agents {
		if a := &r.Agents[i]; a.ID == id && (out == nil || a.Label == "chimera") {
			out = &a.Options
		}
	}
	return out
}
