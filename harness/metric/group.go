package metric

import (
	"maps"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// Group is runs that share some coordinates. Failed ones are kept apart.
type Group struct {
	Rows   []*Row // measured to their end
	Failed []*Row
}

// First is any run of the group, for its coordinates.
func (g Group) First() *record.Run { return g.any().Run }

// any is a measured run where there is one: a failed one may lack what tables show.
func (g Group) any() *Row {
	if len(g.Rows) > 0 {
		return g.Rows[0]
	}
	return g.Failed[0]
}

// groupOf keeps failed runs out of every sample from the start.
func groupOf(rows ...*Row) (g Group) {
	for _, r := range rows {
		if r.Run.OK() {
			g.Rows = append(g.Rows, r)
		} else {
			g.Failed = append(g.Failed, r)
		}
	}
	return g
}

// Sample collects one quantity over the group's measured runs.
func (g Group) Sample(of func(*Row) *float64) stats.Sample {
	return SampleOf(g.Rows, of)
}

// SampleOf collects one quantity over rows.
func SampleOf(rows []*Row, of func(*Row) *float64) stats.Sample {
	return stats.SampleOf(len(rows), func(i int) *float64 { return of(rows[i]) })
}

// Groups splits the runs of a form (record.Run.Form) by what key says of them, in
// the set's order. Keys are made of record.Run.Pool: runs of different origins never
// share a group.
func (s *Set) Groups(suite string, key func(*record.Run) string) (out []Group) {
	for _, rows := range Alike(s.of(suite), func(r *Row) string { return key(r.Run) }) {
		out = append(out, groupOf(rows...))
	}
	return out
}

// each makes a group of every run of a form.
func (s *Set) each(suite string) (out []Group) {
	for _, r := range s.of(suite) {
		out = append(out, groupOf(r))
	}
	return out
}

// of are the runs of a form.
func (s *Set) of(suite string) []*Row {
	return slices.DeleteFunc(slices.Clone(s.Rows), func(r *Row) bool { return r.Run.Form() != suite })
}

// Alike are items that share a key, in the order in which keys appear.
func Alike[T any, K comparable](items []T, key func(T) K) [][]T {
	at := map[K]int{}
	var out [][]T
	for _, it := range items {
		k := key(it)
		i, ok := at[k]
		if !ok {
			i, out = len(out), append(out, nil)
			at[k] = i
		}
		out[i] = append(out[i], it)
	}
	return out
}

// ByOrigin, ByRuntime, ByModel and ByCell are keys of Groups; the first puts all
// runs of an origin together.
func ByOrigin(r *record.Run) string { return r.Pool(record.Studied...) }

// ByRuntime groups by the client's runtime.
func ByRuntime(r *record.Run) string { return r.Pool(without(record.Studied, record.CoordRuntime)...) }

// ByModel groups by runtime and model.
func ByModel(r *record.Run) string {
	return r.Pool(without(record.Studied, record.CoordRuntime, record.CoordModel)...)
}

// ByCell groups the repetitions of one cell.
func ByCell(r *record.Run) string { return r.Pool() }

// without are the names but those that are kept.
func without(names []string, kept ...string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(kept, n) })
}

// What tables show of the agents of a set, however many and whatever their names.

// namedAgents is how many agents tables list by name. Of more they show the least,
// the median and the largest value.
const namedAgents = 4

// Agents are the names of those who ran together, sorted.
func (s *Set) Agents() []string {
	found := map[string]bool{}
	for _, r := range s.Rows {
		for i := range r.D.Agents {
			if a := &r.D.Agents[i]; a.Pass == record.PassConcurrent {
				found[a.Agent] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// agentPicked is a quantity of one agent, or of all by a statistic, and its name.
type agentPicked struct {
	name string
	of   pick
}

// etas are what tables show of the agents' η.
func (s *Set) etas() (out []agentPicked) {
	names := s.Agents()
	if len(names) > namedAgents {
		return []agentPicked{{"least", Pick("eta_min")}, {"median", Pick("eta_median")}, {"largest", Pick("eta_max")}}
	}
	for _, name := range names {
		out = append(out, agentPicked{name, etaOf(name)})
	}
	return out
}

// contrast is how tables say that agents of one run differ.
type contrast struct {
	heading, rate, ttft string // the last two name metrics
	definition          string
	term                table.Term
}

// contrast has a sign where the agents are the study's two. Agents of other names
// have no order, so there it is the spread over them.
func (s *Set) contrast() contrast {
	other := func(name string) bool { return name != Collector && name != Insight }
	if slices.ContainsFunc(s.Agents(), other) {
		return contrast{"spread", "rate_spread", "ttft_spread_ns", defAgentSpread, termAgentSpread}
	}
	return contrast{"Δ", "throughput_delta", "ttft_delta_ns", defDeltas, termDeltas}
}
