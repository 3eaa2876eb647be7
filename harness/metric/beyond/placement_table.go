package beyond

import (
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// held is what the servers said of a model over all runs of it.
type held struct {
	first                            *record.Run
	runs, failed, servers, silent    int // silent: runs none of whose servers said anything
	quantisation, parameters, family []string
	context                          []*float64
	size, vram, share                []*float64 // GB, GB, %
	spilled                          int        // servers with a part of the model outside VRAM
}

func (h *held) run() *record.Run { return h.first }

func (v *view) held() []*held {
	type key struct {
		origin
		model string
	}
	at := map[key]*held{}
	var out []*held
	for i := range v.set.Rows {
		r := v.set.Rows[i].Run
		k := key{originOf(r), r.Cell.Model}
		if at[k] == nil {
			at[k] = &held{first: r}
			out = append(out, at[k])
		}
		at[k].add(r)
	}
	slices.SortStableFunc(out, func(a, b *held) int {
		if c := compareOrigin(a.first, b.first); c != 0 {
			return c
		}
		return strings.Compare(a.first.Cell.Model, b.first.Cell.Model)
	})
	return out
}

func (h *held) add(r *record.Run) {
	h.runs++
	if !r.OK() {
		h.failed++
	}
	before := h.servers
	for i := range r.Servers {
		if m := r.Servers[i].Model; m != nil {
			h.model(m)
		}
	}
	if h.servers == before {
		h.silent++
	}
}

func (h *held) model(m *record.Model) {
	h.servers++
	h.quantisation = with(h.quantisation, m.Quantization)
	h.parameters = with(h.parameters, m.ParameterSize)
	h.family = with(h.family, m.Family)
	if m.Context != nil {
		h.context = append(h.context, stats.Finite(float64(*m.Context)))
	}
	if m.SizeB == nil || m.VRAMB == nil {
		return
	}
	size, vram := float64(*m.SizeB)/1e9, float64(*m.VRAMB)/1e9
	h.size, h.vram, h.share = append(h.size, &size), append(h.vram, &vram), append(h.share, percentOf(&vram, &size))
	if vram < size {
		h.spilled++
	}
}

func with(words []string, w string) []string {
	if w == "" || slices.Contains(words, w) {
		return words
	}
	words = append(words, w)
	slices.Sort(words)
	return words
}

// placement is where each model was, and in which quantisation.
func (v *view) placement() table.Table {
	t := table.Table{
		ID: "placement", Title: "Memory and quantisation", Section: table.AppendixPlan,
		Definition: "What the servers said of the model they held when a run began: size and size_vram of /api/ps (GB = 10⁹ bytes), least and most over the servers; context in effect. Spilled: servers with a part of the model outside VRAM.",
		N:          "One value per server and run of either suite, failed runs included; n/a (k): k runs whose servers said nothing, as in all imported files.",
	}
	said := func(name string, of func(*held) []string) column[*held] {
		return column[*held]{table.Column{Name: name, Text: true}, func(h *held) table.Value {
			if len(of(h)) == 0 {
				return table.Value{}.WithMissing(h.silent)
			}
			return table.Text(strings.Join(of(h), ", "))
		}}
	}
	return fill(v, t, v.held(), []column[*held]{colModel[*held](), count("runs", "all", "", func(h *held) int { return h.runs }),
		count("runs", "failed", "", func(h *held) int { return h.failed }),
		said("quantisation", func(h *held) []string { return h.quantisation }),
		said("parameters", func(h *held) []string { return h.parameters }),
		said("family", func(h *held) []string { return h.family })},
		span("size", "GB", 2, func(h *held) []*float64 { return h.size }),
		span("in VRAM", "GB", 2, func(h *held) []*float64 { return h.vram }),
		span("in VRAM", "%", 0, func(h *held) []*float64 { return h.share }),
		span("context", "tok", 0, func(h *held) []*float64 { return h.context }),
		[]column[*held]{num("", "spilled", "servers", 0, func(h *held) *float64 {
			if len(h.share) == 0 {
				return nil
			}
			return stats.Finite(float64(h.spilled))
		})})
}

// span is the least and the most of something.
func span(heading, unit string, decimals int, of func(*held) []*float64) []column[*held] {
	out := statistics(heading, unit, decimals, func(h *held) stats.Sample { return stats.NewSample(of(h)) }, statMin, statMax)
	first := out[0].of
	out[0].of = func(h *held) table.Value {
		value := first(h)
		if value.Kind == table.Absent {
			return value.WithMissing(h.silent)
		}
		return value
	}
	for i := range out {
		out[i].Long = heading + " " + unit + " " + out[i].Name
	}
	return out
}
