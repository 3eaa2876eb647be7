package metric_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// sessions are runs with any timings, some absent, some failed. The thousands of
// numbers come from one drawn seed: drawn one by one they would take seconds, and
// shrinking them minutes.
var sessions = rapid.Custom(func(t *rapid.T) []*record.Run {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 116))
	var out []*record.Run
	for _, r := range twoRuntimes() {
		switch rng.IntN(10) {
		case 0:
			continue
		case 1:
			synthetic.Fail(r)
		}
		for i := range r.Passes {
			for k := range r.Passes[i].Calls {
				distort(rng, &r.Passes[i].Calls[k])
			}
		}
		out = append(out, r)
	}
	return out
})

func distort(rng *rand.Rand, c *record.Call) {
	if c.Server == nil {
		return
	}
	switch rng.IntN(20) {
	case 0:
		c.Server.Tokens = nil
	case 1:
		c.Server.EvalNS = nil
	case 2:
		c.FirstNS = nil
	case 3:
		c.EndNS = c.RequestNS
	case 4, 5, 6, 7:
		eval, tokens := rng.Int64N(5e9), rng.Int64N(400)
		c.EndNS += rng.Int64N(5e9)
		c.Server.EvalNS, c.Server.Tokens = &eval, &tokens
	}
}

func TestNothingPrintedIsEverNaNOrInfinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := metric.NewSet(sessions.Draw(t, "runs"))
		for _, x := range metric.MatrixTables(set) {
			for _, row := range x.Rows {
				assert.Len(t, row, len(x.Columns))
				for _, v := range row {
					if math.IsNaN(v.Num) || math.IsInf(v.Num, 0) {
						t.Fatalf("%s: %v", x.ID, v.Num)
					}
				}
			}
			said := table.CSV(x)
			assert.NotContains(t, said, "NaN")
			assert.NotContains(t, said, "Inf")
		}
		said := strings.Join(metric.Recommendations(set), "\n")
		assert.NotContains(t, said, "NaN")
		assert.NotContains(t, said, "Inf")
		assert.NotContains(t, said, "%!")
	})
}

func TestBoundsHoldWhateverTheTimings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range metric.NewSet(sessions.Draw(t, "runs")).Rows {
			inside(t, r.D.Get("jain"), 0.5, 1)
			inside(t, r.D.Get("efficiency_client"), 50, 100)
			inside(t, r.D.Get("balance"), 0, 1)
		}
	})
}

func inside(t *rapid.T, f *float64, lo, hi float64) {
	if f != nil && (*f < lo-1e-9 || *f > hi+1e-9) {
		t.Fatalf("%v is not in [%v, %v]", *f, lo, hi)
	}
}

func TestScalingTimeChangesRatesAndNoEfficiency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		factor := rapid.Int64Range(2, 9).Draw(t, "factor")
		plain, slow := metric.NewSet(twoRuntimes()), metric.NewSet(scaled(twoRuntimes(), factor))
		for i := range plain.Rows {
			a, b := plain.Rows[i].D, slow.Rows[i].D
			same(t, a.Get("efficiency_measured"), b.Get("efficiency_measured"), 1)
			same(t, a.Get("efficiency_client"), b.Get("efficiency_client"), 1)
			same(t, a.Get("efficiency_server"), b.Get("efficiency_server"), 1)
			same(t, a.Get("jain"), b.Get("jain"), 1)
			same(t, a.Get("aggregate_rate"), b.Get("aggregate_rate"), float64(factor))
		}
	})
}

func same(t *rapid.T, a, b *float64, factor float64) {
	if a == nil || b == nil {
		assert.Equal(t, a == nil, b == nil)
		return
	}
	assert.InEpsilon(t, *a, *b*factor, 1e-9)
}

func TestSwappingTheAgentsFlipsDeltasAndKeepsAbsoluteCorrelation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs := sessions.Draw(t, "runs")
		before := metric.NewSet(runs)
		var deltas []*float64
		for _, r := range before.Rows {
			deltas = append(deltas, r.D.Get("throughput_delta"))
		}
		absolute := column(metric.MatrixTables(before), "correlation_signs", "absolute")
		swap(runs)
		after := metric.NewSet(runs)
		for i, r := range after.Rows {
			if d := deltas[i]; d == nil || r.D.Get("throughput_delta") == nil {
				assert.Equal(t, d == nil, r.D.Get("throughput_delta") == nil)
			} else {
				assert.InDelta(t, -*d, *r.D.Get("throughput_delta"), 1e-9)
			}
		}
		for i, v := range column(metric.MatrixTables(after), "correlation_signs", "absolute") {
			assert.Equal(t, absolute[i].Kind, v.Kind)
			assert.InDelta(t, absolute[i].Num, v.Num, 1e-6)
		}
	})
}

// column is the first column of a group.
func column(tables []table.Table, id, group string) []table.Value {
	var out []table.Value
	for _, x := range tables {
		for i, c := range x.Columns {
			if x.ID == id && c.Group == group && c.Name == "r" {
				for _, row := range x.Rows {
					out = append(out, row[i])
				}
			}
		}
	}
	return out
}

func swap(runs []*record.Run) {
	other := map[string]string{metric.Collector: metric.Insight, metric.Insight: metric.Collector}
	for _, r := range runs {
		if r.Suite != record.SuiteMulti {
			continue
		}
		for i := range r.Passes {
			p := &r.Passes[i]
			for k := range p.Agents {
				p.Agents[k] = other[p.Agents[k]]
			}
			for k := range p.Calls {
				p.Calls[k].Agent = other[p.Calls[k].Agent]
			}
		}
	}
}

// scaled makes every clock run slower by a whole factor.
func scaled(runs []*record.Run, factor int64) []*record.Run {
	for _, r := range runs {
		for i := range r.Passes {
			p := &r.Passes[i]
			p.GunNS, p.EndNS = p.GunNS*factor, p.EndNS*factor
			for k := range p.Calls {
				c := &p.Calls[k]
				c.RequestNS, c.EndNS = c.RequestNS*factor, c.EndNS*factor
				for _, f := range []*int64{c.HeadersNS, c.FirstNS, c.LastTokenNS, c.DoneNS} {
					if f != nil {
						*f *= factor
					}
				}
				if s := c.Server; s != nil {
					for _, f := range []*int64{s.TotalNS, s.LoadNS, s.PromptEvalNS, s.EvalNS} {
						if f != nil {
							*f *= factor
						}
					}
				}
			}
		}
	}
	return runs
}
