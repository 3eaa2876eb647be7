package trust_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	_ "github.com/chimeraforge/duet/harness/tr116"
	"github.com/chimeraforge/duet/harness/trust"
)

// one are sets in each of which one rule finds something.
var one = []struct {
	rule string
	runs func() []*record.Run
}{
	{"mixed-definitions", func() []*record.Run {
		stated := record.ImportedOptions{NumCtx: ptr(4096)}
		return []*record.Run{alone(record.LayoutPythonSingle, "python", stated), alone(record.LayoutRustSingle, "rust", stated)}
	}},
	{"no-solo-baseline", pairs(func(r *record.Run) { r.Passes = r.Passes[2:] })},
	{"pair-slower-than-one", pairs(func(r *record.Run) {
		slow := exchange(synthetic.Pair(r.Cell.Model(), r.Cell.Scenario(), r.RunNumber, 2.5))
		r.Passes = slow.Passes
	})},
	{"label-differs", change(func(r *record.Run) {
		if r.RunNumber == 2 {
			r.Servers[0].Model.Context = ptr(2048)
		}
	})},
	{"same-options", pairs(func(r *record.Run) {
		r.Agents[0].Options = r.Agents[1].Options
		r.Servers[0].Model.Context = r.Servers[1].Model.Context
	})},
	{"baseline-is-default", func() []*record.Run {
		return []*record.Run{alone(record.LayoutRustSingle, "rust", record.ImportedOptions{})}
	}},
	{"published-differs", func() []*record.Run {
		runs := clean()
		runs[4].Derived.Set("speedup_measured", ptr(1.99))
		return runs
	}},
	{"lost-zeros", studied(func(r *record.Run) { r.Imported.Agents[0].TTFTServerNS = ptr(2e9) })},
	{"contention-rule", studied(func(r *record.Run) {
		im := r.Imported
		im.WallNS = ptr(14e9)
		s := metric.NewSet([]*record.Run{r}).Rows[0].S
		im.Published = &record.Published{Speedup: s.Speedup, Efficiency: s.Efficiency, TTFTDeltaMS: s.TTFTDeltaMS}
	})},
	{"missing-runs", func() []*record.Run { return clean()[1:] }},
	{"cold-runs", change(func(r *record.Run) {
		if r.RunNumber == 3 {
			r.Passes[0].Calls[0].Server.LoadNS = ptr(int64(2900e6))
		}
	})},
	{"unequal-work", pairs(func(r *record.Run) {
		for _, p := range r.Passes {
			for i := range p.Calls {
				if c := &p.Calls[i]; c.Agent == metric.Collector {
					*c.Server.Tokens, *c.Server.EvalNS = *c.Server.Tokens/2, *c.Server.EvalNS/2
					c.Chunks, c.DeltasNS = c.Chunks/2, c.DeltasNS[:c.Chunks/2]
				}
			}
		}
	})},
	{"correlation-sign", change(func(r *record.Run) {
		if r.Suite == record.SuiteMulti {
			exchange(r)
		}
	})},
	{"coordination", studied(func(r *record.Run) {
		r.Imported.Agents[0].WallNS, r.Imported.Agents[1].WallNS = ptr(9.9e9), ptr(9.999e9)
	})},
	{"server-differs", change(func(r *record.Run) {
		if r.RunNumber > 4 {
			r.Servers[0].Model.Digest = "sha256:0ff1ce"
		}
	})},
	{"simulated", change(func(r *record.Run) { r.Backend = record.Backend{Kind: "process", Synthetic: true} })},
}

func place(r *record.Run) string {
	return fmt.Sprintf("results/%s/run_%d/metrics.json", r.Cell.ID, r.RunNumber)
}

func found(runs []*record.Run) []record.Finding {
	return record.OnlyFound(trust.Audit(metric.NewSet(runs), place))
}

// asked is runs that are held to the rules that only the study's can break, too.
func asked(runs []*record.Run) *metric.Set {
	set := metric.NewSet(runs)
	set.Study = true
	return set
}

func TestACleanSessionHasNothingToFind(t *testing.T) {
	assert.Empty(t, found(clean()))
	for _, f := range trust.Audit(metric.NewSet(clean()), place) {
		assert.NotEmpty(t, f.Evidence, "%s answers", f.Code)
		assert.Empty(t, f.Severity, f.Code)
		assert.Empty(t, f.Places, f.Code)
	}
}

func TestEachRuleFindsItsOwnFaultAndNoOther(t *testing.T) {
	var said strings.Builder
	for _, c := range one {
		t.Run(c.rule, func(t *testing.T) {
			got := found(c.runs())
			for _, f := range got {
				assert.Equal(t, c.rule, f.Code, f.Evidence)
				assert.NotEmpty(t, f.Figures)
				assert.NotEmpty(t, f.Places)
				fmt.Fprintf(&said, "%s (%s): %s\n%d files\n\n", f.Code, f.Severity, f.Evidence, len(f.Places))
			}
			require.NotEmpty(t, got)
		})
	}
	golden.Assert(t, "rules.txt", said.String())
}

func TestEveryRuleHasASetThatItFindsSomethingIn(t *testing.T) {
	var want, have []string
	for _, f := range trust.Audit(asked(clean()), place) {
		want = append(want, f.Code)
	}
	for _, c := range one {
		have = append(have, c.rule)
	}
	assert.Equal(t, want, have)
}
