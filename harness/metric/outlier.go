package metric

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
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
