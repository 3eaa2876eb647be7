package compare_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/table"
)

// sideOf has three cells in which throughput and TTFT are times a factor, and
// differ from run to run by steps.
func sideOf(name, commit string, rate, ttft float64) *compare.Side {
	s := &compare.Side{Name: name, Label: "SIMULATED", Backend: "sim"}
	s.Know("commit", commit)
	s.Know("governor", "performance")
	s.Know("gpu driver", "")
	s.Metric("agg-tok/s", 1)
	s.Metric("ttft-ns/op", -1)
	s.Metric("widgets", 0)
	for c, model := range []string{"alpha", "beta", "gamma"} {
		for i := range 6 {
			step := 1 + 0.01*float64((i*5+c)%7)
			s.Add(compare.Observation{
				Cell: "Multi/model=" + model + "/runtime=go", Keys: []compare.Key{{Name: "model", Value: model}, {Name: "runtime", Value: "go"}},
				Values: []compare.Value{{Unit: "agg-tok/s", Amount: 80 * rate * step}, {Unit: "ttft-ns/op", Amount: 2e8 * ttft * step}, {Unit: "widgets", Amount: float64(i)}},
			})
		}
	}
	s.Sort()
	return s
}

func TestTablesOfALoss(t *testing.T) {
	before, after := sideOf("old", "aaa", 1, 1), sideOf("new", "bbb", 0.85, 1.001)
	after.Add(compare.Observation{Cell: "Multi/model=alpha/runtime=go", Failed: true})
	before.Add(compare.Observation{Cell: "Multi/model=delta/runtime=go"})
	var b strings.Builder
	for _, tab := range compare.New(before, after).Tables() {
		b.WriteString(table.Plain(tab, 0) + "\n")
	}
	golden.Assert(t, "tables.txt", b.String())
}

func TestTheVerdictFollowsTheDirectionOfTheUnit(t *testing.T) {
	c := compare.New(sideOf("old", "a", 1, 1), sideOf("new", "a", 0.8, 0.8))
	require.Len(t, c.Metrics, 3)
	for i, want := range []string{compare.Worse, compare.Better, compare.NotShown} {
		for _, p := range c.Metrics[i].Pairs {
			assert.Equal(t, want, p.Verdict(), c.Metrics[i].Name)
		}
	}
	assert.InDelta(t, 0.8, *c.Metrics[0].Geomean, 1e-12)
	assert.InDelta(t, 0.2, *c.Metrics[0].Pairs[0].Loss(), 1e-12)
	assert.InDelta(t, -0.2, *c.Metrics[1].Pairs[0].Loss(), 1e-12)
	assert.Nil(t, c.Metrics[2].Pairs[0].Loss(), "no direction, no loss")
	assert.Empty(t, c.Differences)
}

func TestHolmCountsTheCellsOfAMetric(t *testing.T) {
	c := compare.New(sideOf("old", "a", 1, 1), sideOf("new", "a", 0.8, 1))
	for _, p := range c.Metrics[0].Pairs {
		assert.Equal(t, 3, p.Family)
		assert.InDelta(t, 2.0/924, *p.P, 1e-12, "of 924 ways to draw six of twelve, two are as far apart")
		assert.InDelta(t, 3*2.0/924, *p.Adjusted, 1e-12)
	}
}

func TestWithTooFewRunsNothingIsADifference(t *testing.T) {
	few := func(f float64) *compare.Side {
		s := &compare.Side{}
		s.Metric("agg-tok/s", 1)
		for i := range 3 {
			s.Add(compare.Observation{Cell: "X", Values: []compare.Value{{Unit: "agg-tok/s", Amount: f * (100 + float64(i))}}})
		}
		return s
	}
	p := compare.New(few(1), few(0.5)).Metrics[0].Pairs[0]
	assert.InDelta(t, 0.1, *p.P, 1e-12)
	assert.Equal(t, compare.TooFew, p.Verdict())
}

func TestWhatIsInvalidIsNoVerdict(t *testing.T) {
	after := sideOf("new", "a", 0.5, 1)
	after.Add(compare.Observation{Cell: "Multi/model=beta/runtime=go", Invalid: "the client was off", Values: []compare.Value{{Unit: "agg-tok/s", Amount: 40}}})
	m := compare.New(sideOf("old", "a", 1, 1), after).Metrics[0]
	assert.Equal(t, compare.Worse, m.Pairs[0].Verdict())
	assert.Equal(t, compare.Uncertain, m.Pairs[1].Verdict())
}

func TestAbsentValuesAreCountedAndInNoMedian(t *testing.T) {
	before, after := sideOf("old", "a", 1, 1), sideOf("new", "a", 1, 1)
	cell := "Multi/model=alpha/runtime=go"
	after.Add(compare.Observation{Cell: cell})
	after.Add(compare.Observation{Cell: cell, Values: []compare.Value{{Unit: "agg-tok/s", Amount: math.NaN()}}})
	p := compare.New(before, after).Metrics[0].Pairs[0]
	assert.Equal(t, 6, p.New.N())
	assert.Equal(t, 2, p.New.Absent)
	assert.InDelta(t, *p.Old.Percentile(50), *p.New.Percentile(50), 1e-9)
}

func TestATextWithoutUnitLinesTakesTheOtherSidesDirection(t *testing.T) {
	after := &compare.Side{}
	after.Metric("agg-tok/s", 0)
	for i := range 6 {
		after.Add(compare.Observation{Cell: "Multi/model=alpha/runtime=go", Values: []compare.Value{{Unit: "agg-tok/s", Amount: float64(i + 1)}}})
	}
	c := compare.New(sideOf("old", "a", 1, 1), after)
	assert.Equal(t, compare.Worse, c.Metrics[0].Pairs[0].Verdict())
	assert.Len(t, c.OnlyOld, 2)
	assert.Equal(t, []string{"ttft-sec/op", "widgets"}, []string{c.Lost[0].Name, c.Lost[1].Name})
}

func TestNothingIsMadeOfNothing(t *testing.T) {
	c := compare.New(&compare.Side{}, &compare.Side{})
	assert.Empty(t, c.Metrics)
	assert.Len(t, c.Tables(), 1)
	zero := &compare.Side{}
	zero.Metric("x", 1)
	zero.Add(compare.Observation{Cell: "X", Values: []compare.Value{{Unit: "x", Amount: 0}}})
	p := compare.New(zero, zero).Metrics[0]
	ratio, _ := p.Pairs[0].Ratio()
	assert.Nil(t, ratio)
	assert.Nil(t, p.Geomean)
}

func TestJSONHasNoNumberThatIsNone(t *testing.T) {
	data, err := json.Marshal(compare.New(sideOf("old", "a", 1, 1), sideOf("new", "b", 0.8, 1)))
	require.NoError(t, err)
	var d struct {
		Schema      string
		Differences []compare.Difference
		Metrics     []struct {
			Unit, Better string
			Cells        []map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(data, &d))
	assert.Equal(t, compare.Schema, d.Schema)
	assert.Equal(t, []compare.Difference{{Fact: "commit", Old: "a", New: "b"}}, d.Differences)
	assert.Equal(t, "higher", d.Metrics[0].Better)
	assert.Equal(t, "worse", d.Metrics[0].Cells[0]["verdict"])
	assert.NotContains(t, fmt.Sprint(d), "NaN")
	assert.NotContains(t, d.Metrics[2].Cells[0], "ratio_low", "of medians near zero")
}
