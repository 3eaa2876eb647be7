package metric

import (
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// loaded is what the servers said of a model over all runs of it. It is read before
// a run begins, so what was moved out of VRAM during one is not in it.
type loaded struct {
	first                            *record.Run
	runs, failed, servers, silent    int // silent: runs none of whose servers said anything
	quantisation, parameters, family []string
	context                          []*float64
	size, vram, share                []*float64 // GB, GB, %
	spilled                          int        // servers with a part of the model outside VRAM
}

// First is the first run of the model.
func (h *loaded) First() *record.Run { return h.first }

// held are the models of each origin, by name. Failed runs are in it: a model that
// does not fit is often why they failed.
func (v *view) held() []*loaded {
	type key struct{ origin, model string }
	at := map[key]*loaded{}
	var out []*loaded
	for i := range v.set.Rows {
		r := v.set.Rows[i].Run
		k := key{r.Origin(), r.Cell.Model()}
		if at[k] == nil {
			at[k] = &loaded{first: r}
			out = append(out, at[k])
		}
		at[k].add(r)
	}
	slices.SortStableFunc(out, func(a, b *loaded) int {
		if c := compareOrigin(a.First(), b.First()); c != 0 {
			return c
		}
		return strings.Compare(a.First().Cell.Model(), b.First().Cell.Model())
	})
	return out
}

// add counts a run whose servers said nothing as silent, so that n/a has a number.
func (h *loaded) add(r *record.Run) {
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

// model adds what one server said. Sizes come in pairs or not at all.
func (h *loaded) model(m *record.Model) {
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

// with adds a word that is not there yet: several in a cell of the table mean that
// one name stood for different models.
func with(words []string, w string) []string {
	if w == "" || slices.Contains(words, w) {
		return words
	}
	words = append(words, w)
	slices.Sort(words)
	return words
}

// placement is where each model was, and in which quantisation. Two models that
// differ in quantisation or in their share of VRAM are not compared by their names
// alone. GB are 10⁹ bytes, as model sizes are given; the least and the most are
// shown, since servers and runs may differ.
func (v *view) placement() table.Table {
	t := table.Table{
		ID: "placement", Title: "Memory and quantisation", Section: table.AppendixPlan,
		Definition: "What the servers said of the model they held when a run began: size and size_vram of /api/ps (GB = 10⁹ bytes), least and most over the servers; context in effect. Spilled: servers with a part of the model outside VRAM.",
		N:          "One value per server and run of either suite, failed runs included; n/a (k): k runs whose servers said nothing, as in all imported files.",
	}
	said := func(name string, of func(*loaded) []string) Column[*loaded] {
		return Column[*loaded]{table.Column{Name: name, Text: true}, func(h *loaded) table.Value {
			if len(of(h)) == 0 {
				return table.Value{}.WithMissing(h.silent)
			}
			return table.Text(strings.Join(of(h), ", "))
		}}
	}
	return Fill(v.set, t, v.held(), []Column[*loaded]{colModel[*loaded](), Count("runs", "all", "", func(h *loaded) int { return h.runs }),
		Count("runs", "failed", "", func(h *loaded) int { return h.failed }),
		said("quantisation", func(h *loaded) []string { return h.quantisation }),
		said("parameters", func(h *loaded) []string { return h.parameters }),
		said("family", func(h *loaded) []string { return h.family })},
		minMax("size", "GB", 2, func(h *loaded) []*float64 { return h.size }),
		minMax("in VRAM", "GB", 2, func(h *loaded) []*float64 { return h.vram }),
		minMax("in VRAM", "%", 0, func(h *loaded) []*float64 { return h.share }),
		minMax("context", "tok", 0, func(h *loaded) []*float64 { return h.context }),
		[]Column[*loaded]{Num("", "spilled", "servers", 0, func(h *loaded) *float64 {
			if len(h.share) == 0 {
				return nil
			}
			return stats.Finite(float64(h.spilled))
		})})
}

// minMax is the least and the most of something.
func minMax(heading, unit string, decimals int, of func(*loaded) []*float64) []Column[*loaded] {
	out := statistics(heading, unit, decimals, func(h *loaded) stats.Sample { return stats.NewSample(of(h)) }, statMin, statMax)
	first := out[0].Of
	out[0].Of = func(h *loaded) table.Value {
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
