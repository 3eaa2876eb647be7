package tr116_test

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// near is how far a figure may be from the frozen one, which comes from the raw
// files, when it comes from rows that were rounded: a unit in its last place,
// and more where a column says so.
type near map[string]float64

// TestTheStudysSummariesFollowFromItsPublishedRows makes runs of the 60 rows of
// appendix A and of none of the raw files.
func TestTheStudysSummariesFollowFromItsPublishedRows(t *testing.T) {
	var runs []*record.Run
	for _, p := range readPublished(t, "appendix_a.csv") {
		runs = append(runs, p.dual())
	}
	require.Len(t, runs, 60)
	computed := tablesOf(runs)
	for _, id := range []string{
		"runtime", "model_runtime", "config", "gap", "scenario_gain", "config_notes", "flat", "runs", "run_statistics",
		"correlation", "variance", "distribution", "cards", "run_notes", "samples",
	} {
		t.Run(id, func(t *testing.T) { closeToFrozen(t, computed, id, nil) })
	}
}

// TestTheStudysSingleAgentTablesFollowFromItsPublishedRows makes runs of the 56
// Python rows of appendix G and of the 12 Rust rows of appendix C, which has the
// means of Rust's runs. G has TTFTs to 0.1 ms: where one of 42 ms becomes 137 ms,
// that is half a percentage point of the reduction.
func TestTheStudysSingleAgentTablesFollowFromItsPublishedRows(t *testing.T) {
	rates, ttfts := [2]string{"baseline_tp", "chimera_tp"}, [2]string{"baseline_ttft_ms", "chimera_ttft_ms"}
	var runs []*record.Run
	for _, p := range readPublished(t, "appendix_g_python.csv") {
		runs = append(runs, p.alone(rates, ttfts))
	}
	require.Len(t, runs, 56)
	for _, p := range readPublished(t, "appendix_c.csv") {
		if p["runtime"] == "rust" {
			runs = append(runs, p.alone(rates, ttfts))
		}
	}
	require.Len(t, runs, 68)
	computed := tablesOf(runs)
	rounded := near{
		"throughput baseline, tok/s": 0.006, "throughput tuned, tok/s": 0.006, "throughput improvement, %": 0.016,
		"TTFT baseline, ms": 0.1, "TTFT tuned, ms": 0.1, "TTFT reduction, %": 0.5,
	}
	for _, id := range []string{"single", "single_cells", "single_runs", "single_aggregates"} {
		t.Run(id, func(t *testing.T) { closeToFrozen(t, computed, id, rounded, "runs", "source") })
	}
}

// closeToFrozen compares a table with its golden file, cell by cell.
func closeToFrozen(t *testing.T, computed []table.Table, id string, near near, skip ...string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(filepath.FromSlash(golden.Dir), "tr116_"+id+".md"))
	require.NoError(t, err)
	tab := newIndex(computed).tables[id]
	want, got := golden.ReadCells(string(data)), golden.ReadCells(table.Markdown(tab))
	require.Len(t, got, len(want), "cells of tr116_%s", id)
	compared := 0
	for i, w := range want {
		if contains(skip, w.Column) {
			continue
		}
		compared++
		if g := got[i]; !agree(w.Text, g.Text, near[w.Column]) {
			t.Errorf("%s: from the raw files %s, from the published rows %s", w, w.Text, g.Text)
		}
	}
	t.Logf("tr116_%s: %d cells compared", id, compared)
}

func contains(names []string, column string) bool {
	for _, n := range names {
		if n == column {
			return true
		}
	}
	return false
}

// agree compares two cells: words exactly, figures within a unit of the last
// place or what the column allows.
func agree(want, got string, allowed float64) bool {
	a, wantRest, _ := strings.Cut(want, " ")
	b, gotRest, _ := strings.Cut(got, " ")
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	if err1 != nil || err2 != nil || wantRest != gotRest {
		return want == got
	}
	unit := math.Pow10(-decimals(a))
	return math.Abs(x-y) <= max(allowed, unit)*(1+1e-6)
}
