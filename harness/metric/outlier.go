package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// trait is what the outlier rule looks at: one agent's rate or TTFT in a pass. Each
// is looked at by itself, so a run has many chances to be flagged: with two agents
// and two kinds of pass, eight.
type trait struct {
	pass, agent, name, unit string
	of                      func(r *Row, i int) *float64 // of the agent at place i of D.Agents
}

// outlier is a flagged value.
type outlier struct {
	*Row
	trait
	value       float64
	median, mad *float64
	distance    *float64 // in MADs; absent when the MAD is 0
}

// First is the run with the value.
func (o outlier) First() *record.Run { return o.Run }

// checked is a cell under the rule, |x − median| > 2 MAD. The rule is the study's
// and lenient: of normal values it flags 18 %, so a share near that is what noise
// gives, and only one far above it says something of the cell. Where more than half
// of the values are equal the MAD is 0 and any other is flagged.
type checked struct {
	Group
	values, absent, runs int // runs: with at least one flagged value
	flagged              []outlier
}

// traits are what a cell's runs have, from the first of them: runs of one cell have
// the same agents and passes.
func traits(g Group) []trait {
	if len(g.Rows) == 0 {
		return nil
	}
	var out []trait
	for _, a := range g.Rows[0].D.Agents {
		out = append(out,
			trait{a.Pass, a.Agent, "decode rate", "tok/s", rate},
			trait{a.Pass, a.Agent, "TTFT", "ms", firstToken})
	}
	return out
}

// rate is the agent's decode rate (server). An imported file may state a mean of
// its calls' rates and no durations.
func rate(r *Row, i int) *float64 {
	if im := r.Run.Imported; im != nil && r.D.Agents[i].Get("decode_server") == nil && i < len(im.Agents) {
		return im.Agents[i].DecodeMean
	}
	return r.D.Agents[i].Get("decode_server")
}

// firstToken is the client's TTFT, and the server's prompt time where a file has
// nothing else, as in the study's Python runs.
func firstToken(r *Row, i int) *float64 {
	a := &r.D.Agents[i]
	if a.Get("ttft_ns") == nil {
		return stats.Scaled(a.Get("ttft_server_ns"), 1e-6)
	}
	return stats.Scaled(a.Get("ttft_ns"), 1e-6)
}

// check applies the rule to every trait of a cell's measured runs.
func check(g Group) checked {
	c := checked{Group: g}
	hit := map[*Row]bool{}
	for _, t := range traits(g) {
		values, rows := t.values(g)
		c.values, c.absent = c.values+len(values), c.absent+len(g.Rows)-len(values)
		found := stats.FlagOutliers(values)
		for _, i := range found.Flagged {
			hit[rows[i]] = true
			c.flagged = append(c.flagged, outlier{rows[i], t, values[i], found.Median, found.MAD, found.Distance(values[i])})
		}
	}
	c.runs = len(hit)
	return c
}

// values are a trait over a cell's runs, those that have it.
func (t trait) values(g Group) (values []float64, rows []*Row) {
	for _, r := range g.Rows {
		i := slices.IndexFunc(r.D.Agents, func(a record.AgentDerived) bool { return a.Pass == t.pass && a.Agent == t.agent })
		if i < 0 {
			continue
		}
		if v := t.of(r, i); v != nil {
			values, rows = append(values, *v), append(rows, r)
		}
	}
	return values, rows
}

// reason is what the run itself says of why: its warnings about the agent, then
// that it was the first of its cell.
func (o outlier) reason() string {
	var out []string
	for _, w := range o.Findings {
		if (w.Subject == "" || w.Subject == o.agent) && !slices.Contains(out, w.Code) {
			out = append(out, w.Code)
		}
	}
	if a := FindAgent(&o.Row.D, o.pass, o.agent); a.Cold() > 0 && !slices.Contains(out, ColdCall) {
		out = append(out, ColdCall)
	}
	if o.Run.RunNumber == 1 {
		out = append(out, "first run of its cell")
	}
	if o.Run.Rerun != nil {
		out = append(out, "a re-run itself")
	}
	if len(out) == 0 {
		return "none recorded"
	}
	return strings.Join(out, ", ")
}

// farthest keeps the n outliers farthest out, in their own order.
func farthest(all []outlier, n int) []outlier {
	if len(all) <= n {
		return all
	}
	far := func(o outlier) float64 {
		if o.distance == nil {
			return math.Inf(1)
		}
		return math.Abs(*o.distance)
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(far(all[b]), far(all[a])) })
	order = order[:n]
	slices.Sort(order)
	out := make([]outlier, n)
	for i, k := range order {
		out[i] = all[k]
	}
	return out
}

// listed is how many outliers the table lists: the raw rule flags a fifth of all
// values, and a list of a fifth of everything is no help.
const listed = 100

// defOutlier stands beside every table of outliers.
const defOutlier = "Flagged: |x − median| > 2 × MAD over the runs of a cell, MAD raw; about 18 % of a normal distribution is. Values: each agent's decode rate (server) and TTFT (client; the server's prompt time where a file has nothing else) in each pass."

// checked are all cells under the rule.
func (v *view) checked() (out []checked) {
	for _, g := range slices.Concat(v.multi.cells, v.single.cells) {
		out = append(out, check(g))
	}
	return out
}

// outlierCounts is how much the rule flags in each cell. It counts values and runs:
// one run that was disturbed may have all flagged values of a cell, or each run
// one.
func (v *view) outlierCounts() table.Table {
	t := table.Table{
		ID: "outlier_counts", Title: "Outliers by cell", Section: table.SectionStability, Definition: defOutlier,
		N:     "Values are agents × passes × 2 per run. Nothing is averaged and nothing is left out for being flagged.",
		Terms: []table.Term{termOutlier},
	}
	values := Column[checked]{table.Column{Name: "values"}, func(c checked) table.Value {
		return table.Count(c.values).WithMissing(c.absent)
	}}
	suite := colSuite[checked]()
	return Fill(v.set, t, v.checked(), []Column[checked]{suite}, cell[checked](), []Column[checked]{
		Count("", "runs", "", func(c checked) int { return len(c.Rows) }), values,
		Count("flagged", "values", "", func(c checked) int { return len(c.flagged) }),
		Num("flagged", "share", "%", 1, func(c checked) *float64 {
			return percentOf(stats.Finite(float64(len(c.flagged))), stats.Finite(float64(c.values)))
		}),
		Count("flagged", "runs", "", func(c checked) int { return c.runs })})
}

// outlierList is the flagged values that lie farthest out, with what the run
// says of the reason.
func (v *view) outlierList() table.Table {
	var all []outlier
	for _, c := range v.checked() {
		all = append(all, c.flagged...)
	}
	t := table.Table{
		ID: "outliers", Title: "Outliers", Section: table.SectionStability, Definition: defOutlier + " Distance: (x − median) / MAD, n/a where the MAD is 0.",
		N:     fmt.Sprintf("One row per flagged value, the farthest %d of %d.", min(listed, len(all)), len(all)),
		Terms: []table.Term{termOutlier},
	}
	return Fill(v.set, t, farthest(all, listed), []Column[outlier]{colSuite[outlier]()},
		cell[outlier](), []Column[outlier]{
			Count("", "run", "", func(o outlier) int { return o.Run.RunNumber }),
			Word("", "pass", func(o outlier) string { return o.pass }),
			Word("", "agent", func(o outlier) string { return o.agent }),
			Word("", "of", func(o outlier) string { return o.name + ", " + o.unit }),
			Num("", "value", "", 1, func(o outlier) *float64 { return &o.value }),
			Num("", "median", "", 1, func(o outlier) *float64 { return o.median }),
			Num("", "MAD", "", 2, func(o outlier) *float64 { return o.mad }),
			Num("", "distance", "MAD", 1, func(o outlier) *float64 { return o.distance }),
			Word("", "reason", outlier.reason)})
}
