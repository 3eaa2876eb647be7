package tr116_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/tr116"
)

func tablesOf(runs []*record.Run) []table.Table { return tr116.Tables(metric.NewSet(runs)) }

func TestTheOrderOfRunsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs := anyRuns(t)
		want := tablesOf(runs)
		require.Equal(t, want, tablesOf(rapid.Permutation(runs).Draw(t, "order")))
	})
}

// TestSlowerMachinesHaveTheSameEfficiency: with every time k times as long,
// times grow by k, rates shrink by it, and nothing else changes.
func TestSlowerMachinesHaveTheSameEfficiency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs := anyRuns(t)
		k := int64(1) << rapid.IntRange(1, 4).Draw(t, "shift")
		var slow []*record.Run
		for _, r := range runs {
			slow = append(slow, slower(r, k))
		}
		want, got := tablesOf(runs), tablesOf(slow)
		require.Len(t, got, len(want))
		for i := range want {
			require.Len(t, got[i].Rows, len(want[i].Rows), want[i].ID)
			for r, row := range want[i].Rows {
				for c, v := range row {
					scaledBy(t, want[i], r, c, v, got[i].Rows[r][c], float64(k))
				}
			}
		}
	})
}

func scaledBy(t *rapid.T, tab table.Table, row, column int, want, got table.Value, k float64) {
	c := tab.Columns[column]
	factor := map[string]float64{"ms": k, "tok/s": 1 / k}[c.Unit]
	if factor == 0 {
		factor = 1
	}
	want.Num *= factor
	place := "table %s, row %d, column %s"
	if want.Kind != table.Number || math.Abs(want.Num) > 1e280 { // where a power of two overflows
		assert.Equal(t, want.Kind, got.Kind, place, tab.ID, row, c.Name)
		return
	}
	assert.InDelta(t, want.Num, got.Num, 1e-12*math.Abs(want.Num), place, tab.ID, row, c.Name)
	assert.Equal(t, want.Missing, got.Missing, place, tab.ID, row, c.Name)
}

func TestNoCellIsNaNOrInfinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, tab := range tablesOf(anyRuns(t)) {
			for _, row := range tab.Rows {
				for i, v := range row {
					require.False(t, math.IsNaN(v.Num) || math.IsInf(v.Num, 0), tab.ID)
					text := strings.ToLower(table.Cell(tab.Columns[i], v))
					require.NotRegexp(t, `\b(nan|inf)\b`, text, tab.ID)
				}
			}
		}
	})
}

func TestStatisticsKeepTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := newIndex(tablesOf(anyRuns(t)))
		num := func(id string, row int, column string) float64 {
			_, v, ok := x.cell(id, row, column)
			require.True(t, ok, "%s has no %s", id, column)
			if v.Kind != table.Number {
				return math.NaN()
			}
			return v.Num
		}
		ascending := func(id string, row int, columns ...string) {
			last := math.Inf(-1)
			for _, c := range columns {
				if v := num(id, row, c); !math.IsNaN(v) {
					assert.GreaterOrEqual(t, v*(1+1e-12), last, "%s, row %d, %s", id, row, c)
					last = v
				}
			}
		}
		for r := range x.tables["distribution"].Rows {
			ascending("distribution", r, "efficiency min", "efficiency P5", "efficiency P50", "efficiency P95", "efficiency max")
			ascending("distribution", r, "efficiency min", "efficiency mean", "efficiency max")
		}
		for r := range x.tables["config"].Rows {
			ascending("config", r, "efficiency min", "efficiency mean", "efficiency max")
			assert.False(t, num("config", r, "efficiency sd") < 0 || num("config", r, "contention rate") < 0 || num("config", r, "contention rate") > 1)
		}
		for r := range x.tables["correlation"].Rows {
			assert.False(t, math.Abs(num("correlation", r, "r")) > 1+1e-12)
		}
		for r := range x.tables["variance"].Rows {
			assert.False(t, num("variance", r, "share between") < 0 || num("variance", r, "share between") > 100)
		}
	})
}

// TestTwoAgentsOverlapByHalfAtLeast: what the study's Rust formula says of duet's
// own runs lies between taking turns and two machines.
func TestTwoAgentsOverlapByHalfAtLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, row := range metric.NewSet(anyRuns(t)).Rows {
			s := tr116.AsStudied(row.Run, &row.D)
			e := s.Efficiency
			if row.Run.Imported != nil || s.Formula == "server formula" || e == nil {
				continue
			}
			assert.True(t, *e >= 50-1e-9 && *e <= 100+1e-9, "%v", *e)
		}
	})
}

// TestSwappedAgentsFlipTheDeltas: what was insight − collector becomes its
// negative, and nothing else of a run moves.
func TestSwappedAgentsFlipTheDeltas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs := anyRuns(t)
		var other []*record.Run
		for _, r := range runs {
			other = append(other, swapped(r))
		}
		want, got := newIndex(tablesOf(runs)), newIndex(tablesOf(other))
		for r := range want.tables["flat"].Rows {
			for _, c := range []string{"efficiency", "throughput Δ", "TTFT Δ"} {
				_, a, _ := want.cell("flat", r, c)
				_, b, _ := got.cell("flat", r, c)
				if c != "efficiency" {
					a.Num = -a.Num
				}
				assert.Equal(t, a.Kind, b.Kind, c)
				assert.InDelta(t, a.Num, b.Num, 1e-12*math.Abs(a.Num), c)
			}
		}
	})
}
