package metric_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

func TestEveryQuantityKeepsItsBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 116))
	for range 2000 {
		r := pair()
		for i := range r.Passes {
			for k := range r.Passes[i].Calls {
				c := &r.Passes[i].Calls[k]
				c.EndNS = rng.Int64N(3000) * ms
				*c.Server.EvalNS = rng.Int64N(2000) * ms
				*c.Server.Tokens = rng.Int64N(300)
			}
		}
		d := metric.Derive(r)
		within(t, d.Get("efficiency_client"), 50, 100)
		within(t, d.Get("jain"), 0.5, 1)
		within(t, d.Get("balance"), 0, 1)
		finite(t, reflect.ValueOf(d))
	}
}

func within(t *testing.T, f *float64, lo, hi float64) {
	t.Helper()
	if f != nil && (*f < lo-1e-9 || *f > hi+1e-9) {
		t.Fatalf("%v is not in [%v, %v]", *f, lo, hi)
	}
}

// finite walks a value and fails on NaN and infinities.
func finite(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			finite(t, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			finite(t, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			finite(t, v.Index(i))
		}
	case reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			t.Fatalf("not finite: %v", f)
		}
	}
}

func TestSwappingTheAgentsFlipsTheDeltasAndNothingElse(t *testing.T) {
	swap := map[string]string{"collector": "insight", "insight": "collector"}
	r := pair()
	a := metric.Derive(r)
	for i := range r.Passes {
		for k := range r.Passes[i].Agents {
			r.Passes[i].Agents[k] = swap[r.Passes[i].Agents[k]]
		}
		for k := range r.Passes[i].Calls {
			r.Passes[i].Calls[k].Agent = swap[r.Passes[i].Calls[k].Agent]
		}
	}
	b := metric.Derive(r)
	near(t, -*a.Get("throughput_delta"), b.Get("throughput_delta"), "throughput")
	near(t, -*a.Get("ttft_delta_ns"), b.Get("ttft_delta_ns"), "ttft")
	assert.Equal(t, *a.Get("efficiency_measured"), *b.Get("efficiency_measured"))
	assert.Equal(t, *a.Get("jain"), *b.Get("jain"))
}

func TestTheOrderOfPassesChangesNothing(t *testing.T) {
	r := pair()
	want := metric.Derive(r)
	r.Passes[0], r.Passes[2] = r.Passes[2], r.Passes[0]
	got := metric.Derive(r)
	assert.Equal(t, *want.Get("speedup_measured"), *got.Get("speedup_measured"))
	assert.Equal(t, *want.Get("throughput_delta"), *got.Get("throughput_delta"))
}

func TestAnnotateFillsARun(t *testing.T) {
	r := synthetic.Runs()[0]
	r.Findings = []record.Finding{{Code: "from-the-harness"}, {Code: metric.ColdCall}}
	metric.Annotate(r)
	assert.NotNil(t, r.Derived.Get("speedup_measured"))
	assert.NotNil(t, r.Summary.EfficiencyPercent)
	assert.Equal(t, []record.Finding{{Code: "from-the-harness"}}, r.Findings)
}
