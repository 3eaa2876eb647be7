package metric

import (
	"cmp"
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

// loadedModels are the models of each origin, by name. Failed runs are in it: a
// model that does not fit is often why they failed.
func (v *view) loadedModels() (out []*loaded) {
	for _, rows := range Alike(v.set.Rows, func(r *Row) [2]string { return [2]string{r.Run.Origin(), r.Run.Cell.Model()} }) {
		m := &loaded{first: rows[0].Run}
		for _, r := range rows {
			m.add(r.Run)
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b *loaded) int {
		return cmp.Or(CompareOrigin(a.First(), b.First()), cmp.Compare(a.First().Cell.Model(), b.First().Cell.Model()))
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
	return Fill(v.set, t, v.loadedModels(), []Column[*loaded]{colModel[*loaded](), Count("runs", "all", "", func(h *loaded) int { return h.runs }),
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

// dominant is how much of an efficiency's variance one factor makes: the study's
// question whether the model matters or the runtime.
//
// Its answer depends on what was run. Three models that are alike make the model's
// share small, and one odd model makes it large: a share speaks of these models and
// not of models. Every other factor is in "within", so the shares of several
// factors do not add up to one. Noise is in "between" too, so a share above 0 alone
// shows nothing.
type dominant struct {
	first  *record.Run
	def    definition
	over   string // all runs, or one runtime's
	factor string
	stats.Variances
	stats.Interval
	missing int
}

// First is any run of the pool, for its origin: the factor's own coordinate differs
// within it.
func (d dominant) First() *record.Run { return d.first }
func (d dominant) definition() string { return d.def.name }

// factor is a coordinate that might explain a difference.
type factor struct {
	name string
	of   func(*record.Run) string
}

// factors are asked over all runs; within a runtime those that can differ there.
var factors = []factor{
	{"model", func(r *record.Run) string { return r.Cell.Model() }},
	{"runtime", func(r *record.Run) string { return r.Cell.Runtime() }},
	{"scenario", func(r *record.Run) string { return r.Cell.Scenario() }},
}

// allRuns names the pool of every runtime.
const allRuns = "all runs"

// dominants are the shares in all runs of an origin, then within each runtime,
// where the change of formula from one runtime to the next is not in "published". A
// factor of one value explains nothing and has no row.
func (v *view) dominants(have ...definition) []dominant {
	var out []dominant
	for _, o := range v.multi.origins {
		for _, d := range have {
			for _, f := range factors {
				out = append(out, v.share(o, allRuns, d, f))
			}
			for _, g := range ofOrigin(v.multi.runtimes, o.First().Origin()) {
				out = append(out, v.share(g, g.First().Cell.Runtime(), d, factors[0]), v.share(g, g.First().Cell.Runtime(), d, factors[2]))
			}
		}
	}
	return slices.DeleteFunc(out, func(d dominant) bool { return d.Groups < 2 })
}

// share splits a pool by one factor and decomposes what one definition gives of it.
func (v *view) share(g Group, over string, d definition, f factor) dominant {
	out := dominant{first: g.First(), def: d, over: over, factor: f.name}
	known := slices.DeleteFunc(slices.Clone(g.Rows), func(r *Row) bool { return d.of(r) == nil })
	out.missing = len(g.Rows) - len(known)
	var values [][]float64
	for _, rows := range Alike(known, func(r *Row) string { return f.of(r.Run) }) {
		var level []float64
		for _, r := range rows {
			level = append(level, *d.of(r))
		}
		values = append(values, level)
	}
	out.Variances, out.Interval = v.bootstrap.Share(values)
	return out
}

// dominance is whether the model or the architecture makes the difference.
func (v *view) dominance() table.Table {
	have, notes := v.known()
	items := v.dominants(have...)
	t := table.Table{
		ID: "dominance", Title: "What makes the difference: shares of variance", Section: table.AppendixPlan,
		Definition: "Share: between / (between + within), between the variance of the factor's group means, within the mean of its groups' variances (TR116). low, high: 95 % bootstrap interval, runs drawn within groups. Other factors are in within, so shares of several factors do not add up.",
		N:          "One value per run, pooled over everything but the factor. Of published, the share of the runtime contains the change of formula.",
		Notes:      notes, Terms: []table.Term{termDefinitions, termShare, termBootstrap},
	}
	n := Column[dominant]{table.Column{Name: "n", Unit: "runs"}, func(d dominant) table.Value {
		return table.Count(d.N).WithMissing(d.missing)
	}}
	return Fill(v.set, t, items, []Column[dominant]{colDefinition[dominant](),
		Word("", "over", func(d dominant) string { return d.over }), Word("", "factor", func(d dominant) string { return d.factor }),
		Count("", "groups", "", func(d dominant) int { return d.Groups }), n,
		Num("variance", "between", "", 4, func(d dominant) *float64 { return d.Between }),
		Num("variance", "within", "", 4, func(d dominant) *float64 { return d.Within }),
		Num("share", "between", "%", 1, func(d dominant) *float64 { return stats.Scaled(d.Share, 100) }),
		Num("share", "low", "%", 1, func(d dominant) *float64 { return stats.Scaled(d.Lo, 100) }),
		Num("share", "high", "%", 1, func(d dominant) *float64 { return stats.Scaled(d.Hi, 100) })})
}

// frontier is rate against energy: which model gives most for a joule, and what
// does speed cost? Where no run carries energy it says so instead of leaving the
// study's promise out.
//
// The two columns are of two windows: the rate is over the whole pass, prompts
// included, the joules over the time in which agents decoded. Where prompts are
// long, a joule seems to give more tokens than it does.
func (v *view) frontier() table.Table {
	t := table.Table{
		ID: "frontier", Title: "Cost and efficiency: tokens per joule against tok/s", Section: table.AppendixPlan,
		Definition: "Rate together: Σ tokens / wall. Tokens per joule: Σ tokens ÷ energy in the window. low, high: 95 % interval of the median, n/a below 6 runs.",
		N:          nPool,
		Terms:      []table.Term{termInterval},
	}
	rate := func(g Group) stats.Sample {
		return g.Sample(Pick("aggregate_rate"))
	}
	yield := energyMeasured(func(e *record.PassEnergy) *float64 { return e.TokPerJ })
	energy := func(g Group) stats.Sample { return g.Sample(yield) }
	if !v.any(yield) {
		t.Notes = []string{"No run carries power or energy, so no frontier can be drawn and nothing is said of cost; no price is assumed."}
	}
	return Fill(v.set, t, v.multi.models, []Column[Group]{colModel[Group](), colRuntime[Group]()}, counts(),
		statistics("rate together", "tok/s", 1, rate, statMedian, statLo, statHi), statistics("tokens per joule", "tok/J", 3, energy, statMedian))
}
