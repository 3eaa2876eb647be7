package gate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
)

func TestALossAgainstTheBaseline(t *testing.T) {
	few := made{rounds: 3}
	for _, tt := range []struct {
		name, rule string
		old, new   made
		want       gate.Verdict
		seen       string
		takes      string
	}{
		{"none", "{metrics: agg-tok/s, worse_than: 3}", made{}, made{}, gate.Pass, "worse_than", ""},
		{"a gain", "{metrics: agg-tok/s, worse_than: 3}", made{}, made{levels: map[string]float64{"alpha": 100}}, gate.Pass, "", ""},
		{"a large one", "{metrics: agg-tok/s, worse_than: 3}", made{}, made{levels: map[string]float64{"beta": 70}}, gate.Fail,
			"82.8 agg-tok/s → 72.45 agg-tok/s, worse by 12.5 % (Holm p=0.0087 of 4 tests, n=6+6)", ""},
		{"a large one within what is allowed", "{metrics: agg-tok/s, worse_than: 15}", made{}, made{levels: map[string]float64{"beta": 70}}, gate.Pass, "", ""},
		{"a time that grew", "{metrics: ttft_ns, worse_than: 3}", made{}, made{levels: map[string]float64{"beta": 100}}, gate.Fail, "207 ms → 258.8 ms, worse by 25.0 %", ""},
		{"one that is not shown", "{metrics: agg-tok/s, worse_than: 3}", made{}, made{levels: map[string]float64{"beta": 77}}, gate.Inconclusive, "not shown to be", "rounds on both sides"},
		{"too few runs to show any", "{metrics: agg-tok/s, worse_than: 3}", few, few, gate.Inconclusive, "so few runs cannot show", "about 5 rounds on both sides"},
		{"a level that so few runs cannot reach", "{metrics: agg-tok/s, worse_than: 3, alpha: 0.005}", made{}, made{levels: map[string]float64{"beta": 40}}, gate.Inconclusive, "so few runs", "about 7 rounds"},
		{"a loss that could be missed", "{metrics: agg-tok/s, worse_than: 3, resolve: 4}", made{}, made{}, gate.Inconclusive, "a loss of 4 % could be missed", "about 10 rounds"},
		{"one that would be found", "{metrics: agg-tok/s, worse_than: 3, resolve: 20}", made{}, made{}, gate.Pass, "", ""},
		{"every metric", "{metrics: '*', worse_than: 3}", made{}, made{levels: map[string]float64{"beta": 70}}, gate.Fail, "", ""},
		{"a pattern of metrics", "{metrics: 'ttft-*', worse_than: 3}", made{}, made{levels: map[string]float64{"beta": 70}}, gate.Pass, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := evaluate(t, gate.Input{New: tt.new.side(), Old: tt.old.side()}, tt.rule)
			assert.Equal(t, tt.want, r.Verdict, r.Lines())
			f := worst(r)
			if tt.want == gate.Pass {
				assert.Contains(t, f.Seen, "would be found 4 times in 5", "a pass says what it would have found")
				return
			}
			assert.Contains(t, f.Seen, tt.seen)
			assert.Contains(t, f.Takes, tt.takes)
			assert.Equal(t, tt.want == gate.Inconclusive, f.Rounds > 0)
		})
	}
}

func TestACellOfOneSideAloneIsInconclusive(t *testing.T) {
	without := func() *compare.Side {
		s := made{}.side()
		s.Only(func(c *compare.Cell) bool { return c.Name != beta+"chimera-homo" })
		return s
	}
	rule := "{metrics: agg-tok/s, worse_than: 3}"
	r := evaluate(t, gate.Input{New: without(), Old: made{}.side()}, rule)
	assert.Equal(t, gate.Inconclusive, r.Verdict)
	assert.Equal(t, "a session that measures it", worst(r).Takes)
	r = evaluate(t, gate.Input{New: made{}.side(), Old: without()}, rule)
	assert.Equal(t, gate.Inconclusive, r.Verdict)
	assert.Equal(t, "a baseline that has it", worst(r).Takes)
}
