package tr116_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// studied reads the study's own raw files.
func studied(t testing.TB) *metric.Set {
	t.Helper()
	tree, err := results.ReadTree(golden.Shared(t, "tr116", "raw", "results"))
	require.NoError(t, err)
	require.Empty(t, tree.Errors)
	var runs []*record.Run
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
	}
	return metric.NewSet(runs)
}

// near compares two optional numbers to nine digits. The absolute margin is for
// differences of numbers of a thousand, which have lost as many digits.
func near(t *testing.T, want, got *float64, what string, r *record.Run) {
	t.Helper()
	if !assert.Equal(t, want == nil, got == nil, "%s of %s run %d", what, r.Cell.ID, r.RunNumber) || want == nil {
		return
	}
	margin := math.Max(1e-9*math.Abs(*want), 1e-9)
	assert.InDelta(t, *want, *got, margin, "%s of %s run %d", what, r.Cell.ID, r.RunNumber)
}

func TestEveryDualRunOfTheStudyComesOutAsItsFileStates(t *testing.T) {
	n := 0
	for _, row := range studied(t).Rows {
		p, s := row.Run.Imported.Published, row.S
		if row.Run.Suite != record.SuiteMulti {
			continue
		}
		n++
		require.NotNil(t, p)
		near(t, p.Speedup, s.Speedup, "speedup", row.Run)
		near(t, p.Efficiency, s.Efficiency, "efficiency", row.Run)
		near(t, p.ThroughputDelta, s.ThroughputDelta, "throughput delta", row.Run)
		if s.LostZero {
			assert.Nil(t, s.TTFTDeltaMS) // the report lost what the file still has
			assert.Zero(t, *p.TTFTDeltaMS)
		} else {
			near(t, p.TTFTDeltaMS, s.TTFTDeltaMS, "TTFT delta", row.Run)
		}
		if p.Contention != nil {
			assert.Equal(t, p.Contention, s.Contention)
		}
	}
	assert.Equal(t, 60, n)
}

func TestEverySingleRunOfTheStudyComesOutAsItsFileStates(t *testing.T) {
	set, python, rust := studied(t), 0, 0
	for _, g := range set.Groups(record.SuiteSingle, metric.ByCell) {
		if g.Rows[0].S.Formula == "server formula" {
			for _, row := range g.Rows {
				python++
				singleDeltas(t, row.Run, row.S.BaselineRate, row.S.TunedRate, row.S.BaselineTTFTMS, row.S.TunedTTFTMS)
			}
			continue
		}
		rust++ // Rust's files state the deltas of all their runs together
		mean := func(of func(*metric.Row) *float64) *float64 { return g.Sample(of).Mean() }
		singleDeltas(t, g.First(),
			mean(func(r *metric.Row) *float64 { return r.S.BaselineRate }), mean(func(r *metric.Row) *float64 { return r.S.TunedRate }),
			mean(func(r *metric.Row) *float64 { return r.S.BaselineTTFTMS }), mean(func(r *metric.Row) *float64 { return r.S.TunedTTFTMS }))
	}
	assert.Equal(t, 56, python, "runs")
	assert.Equal(t, 12, rust, "cells")
}

func singleDeltas(t *testing.T, r *record.Run, baseRate, rate, baseTTFT, ttft *float64) {
	t.Helper()
	p := r.Imported.Published
	require.NotNil(t, p)
	improvement, reduction := (*rate / *baseRate - 1)*100, (1 - *ttft / *baseTTFT)*100
	near(t, p.ThroughputImprovement, &improvement, "throughput improvement", r)
	near(t, p.TTFTReduction, &reduction, "TTFT reduction", r)
}

// Published is there to be compared with. No table may need it.
func TestNoTableNeedsWhatTheFilesState(t *testing.T) {
	set := studied(t)
	want := set.Tables()
	var runs []*record.Run
	for _, row := range set.Rows {
		r := *row.Run
		im := *r.Imported
		im.Published = nil
		r.Imported = &im
		runs = append(runs, &r)
	}
	assert.Equal(t, want, metric.NewSet(runs).Tables())
}

// Python's single files have no eval time of their own; what their totals leave
// beside time to first token gives the decode rates that they state, to the
// difference between a mean of rates and a rate of sums.
func TestTheEvalTimeOfPythonsSingleRunsGivesTheirRates(t *testing.T) {
	for _, row := range studied(t).Rows {
		if row.Run.Imported.Layout != record.LayoutPythonSingle {
			continue
		}
		for i, a := range row.Run.Imported.Agents {
			assert.InEpsilon(t, *a.DecodeMean, *row.D.Agents[i].Get("decode_server"), 0.03, "%s run %d", row.Run.Cell.ID, row.Run.RunNumber)
		}
	}
}
