package metric_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// many is a run of n agents of one speed: those of a synthetic pair, copied.
func many(n int) *record.Run {
	r := synthetic.Pair("alpha:7b", "chimera-homo", 1, float64(n)/1.5)
	from := r.Passes[0]
	together := r.Passes[2]
	one := slices.DeleteFunc(slices.Clone(together.Calls), func(c record.Call) bool { return c.Agent != "collector" })
	r.Agents, r.Passes, together.Agents, together.Calls = nil, nil, nil, nil
	for i := range n {
		id := fmt.Sprintf("agent%d", i+1)
		solo := from
		solo.Agents, solo.Calls = []string{id}, called(from.Calls, id)
		r.Passes = append(r.Passes, solo)
		together.Agents, together.Calls = append(together.Agents, id), append(together.Calls, called(one, id)...)
		r.Agents = append(r.Agents, record.Agent{ID: id, Model: "alpha:7b", Label: "chimera"})
	}
	r.Passes = append(r.Passes, together)
	return r
}

func called(calls []record.Call, id string) []record.Call {
	out := slices.Clone(calls)
	for i := range out {
		out[i].Agent = id
	}
	return out
}

func TestTheFormulasAreOfAnyNumberOfAgents(t *testing.T) {
	for _, n := range []int{1, 3, 5, 16} {
		d := metric.Derive(many(n))
		require.NotNil(t, d.Get("speedup_measured"), n)
		assert.InDelta(t, *d.Get("aggregate_rate") / *d.Get("solo_rate"), *d.Get("speedup_measured"), 1e-9)
		assert.InDelta(t, *d.Get("speedup_measured")*100/float64(n), *d.Get("efficiency_measured"), 1e-9, "of %d agents", n)
		assert.InDelta(t, n, *d.Get("speedup_client"), 1e-9, "all began and ended together")
		assert.InDelta(t, 1, *d.Get("jain"), 1e-9)
		assert.InDelta(t, 1, *d.Get("balance"), 1e-9)
		assert.Nil(t, d.Get("throughput_delta"), "agents without an order have no delta")
		row := metric.NewRow(many(n))
		for _, name := range []string{"eta_min", "eta_median", "eta_max"} {
			assert.InDelta(t, *d.Get("efficiency_measured")/100, *metric.Pick(name)(row), 1e-9, "alike agents feel what the machine gives: %s", name)
		}
		assert.InDelta(t, 0, *metric.Pick("ttft_spread_ns")(row), 1e-9)
	}
}

func TestTablesNameAgentsWhereTheyAreFew(t *testing.T) {
	for n, want := range map[int][]string{3: {"agent1", "agent2", "agent3"}, 5: {"least", "median", "largest"}} {
		rows := metric.NewSet([]*record.Run{many(n)}).MultiRuns()
		var named, spread []string
		for i, c := range rows.Columns {
			if c.Group == "η" {
				named = append(named, c.Name)
				assert.EqualValues(t, table.Number, rows.Rows[0][i].Kind)
			}
			if c.Group == "spread" {
				spread = append(spread, c.Name)
			}
			assert.NotEqual(t, "Δ", c.Group)
		}
		assert.Equal(t, want, named)
		assert.Equal(t, []string{"rate", "TTFT"}, spread)
	}
}
