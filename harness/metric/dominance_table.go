package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

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
	values, at := [][]float64{}, map[string]int{}
	out := dominant{first: g.First(), def: d, over: over, factor: f.name}
	for _, r := range g.Rows {
		x := d.of(r)
		if x == nil {
			out.missing++
			continue
		}
		name := f.of(r.Run)
		i, ok := at[name]
		if !ok {
			i, values = len(values), append(values, nil)
			at[name] = i
		}
		values[i] = append(values[i], *x)
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
		word("", "over", func(d dominant) string { return d.over }), word("", "factor", func(d dominant) string { return d.factor }),
		Count("", "groups", "", func(d dominant) int { return d.Groups }), n,
		Num("variance", "between", "", 4, func(d dominant) *float64 { return d.Between }),
		Num("variance", "within", "", 4, func(d dominant) *float64 { return d.Within }),
		Num("share", "between", "%", 1, func(d dominant) *float64 { return stats.Scaled(d.Share, 100) }),
		Num("share", "low", "%", 1, func(d dominant) *float64 { return stats.Scaled(d.Lo, 100) }),
		Num("share", "high", "%", 1, func(d dominant) *float64 { return stats.Scaled(d.Hi, 100) })})
}
