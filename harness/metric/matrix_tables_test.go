package metric_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// twoRuntimes is the synthetic session run again by a slower runtime.
func twoRuntimes() []*record.Run {
	runs := synthetic.Runs()
	for _, r := range synthetic.Runs() {
		r.Cell = r.Cell.With(record.CoordRuntime, "python")
		r.Cell.ID = strings.Replace(r.Cell.ID, "/go/", "/python/", 1)
		for i := range r.Passes {
			for k := range r.Passes[i].Calls {
				r.Passes[i].Calls[k].EndNS += int64(200e6 * (1 + r.RunNumber%3))
			}
		}
		runs = append(runs, r)
	}
	return runs
}

func TestEveryTableOfTheSyntheticSession(t *testing.T) {
	for _, x := range metric.MatrixTables(metric.NewSet(twoRuntimes())) {
		t.Run(x.ID, func(t *testing.T) {
			golden.AssertTables(t, "synthetic/"+x.ID+".md", table.Markdown(x))
		})
	}
}

func TestRecommendationsOnTheSyntheticSession(t *testing.T) {
	set := metric.NewSet(twoRuntimes())
	golden.Assert(t, "synthetic/recommendations.txt", strings.Join(metric.Recommendations(set), "\n")+"\n")
	for _, s := range metric.Recommendations(set) {
		assert.True(t, strings.HasPrefix(s, "SIMULATED: "), s)
	}
}

func TestEveryTableSaysWhatItIs(t *testing.T) {
	seen := map[string]bool{}
	for _, x := range metric.MatrixTables(metric.NewSet(twoRuntimes())) {
		assert.NotEmpty(t, x.Section, x.ID)
		assert.NotEmpty(t, x.Definition, x.ID)
		assert.NotEmpty(t, x.N, x.ID)
		assert.Equal(t, "SIMULATED", x.Label, x.ID)
		assert.False(t, strings.HasPrefix(x.ID, "tr116_"), x.ID)
		assert.False(t, seen[x.ID], "%s twice", x.ID)
		seen[x.ID] = true
		records, err := csv.NewReader(strings.NewReader(table.CSV(x))).ReadAll()
		require.NoError(t, err, x.ID)
		names := slices.Clone(records[0])
		slices.Sort(names)
		assert.Equal(t, len(records[0]), len(slices.Compact(names)), "%s: a column's name twice: %v", x.ID, records[0])
	}
}

func TestTheOrderOfRunsChangesNothing(t *testing.T) {
	runs := twoRuntimes()
	want, said := metric.MatrixTables(metric.NewSet(runs)), metric.Recommendations(metric.NewSet(runs))
	slices.Reverse(runs)
	assert.Equal(t, want, metric.MatrixTables(metric.NewSet(runs)))
	assert.Equal(t, said, metric.Recommendations(metric.NewSet(runs)))
}

func TestASetWithNothingInItHasNoTablesAndNoAdvice(t *testing.T) {
	for _, x := range metric.MatrixTables(metric.NewSet(nil)) {
		t.Errorf("table %s", x.ID)
	}
	assert.Empty(t, metric.Recommendations(metric.NewSet(nil)))
}

func TestFailedRunsAreCountedAndInNoStatistic(t *testing.T) {
	runs := synthetic.Runs()
	for _, r := range runs {
		synthetic.Fail(r)
	}
	for _, x := range metric.MatrixTables(metric.NewSet(runs)) {
		if x.ID == "placement" {
			continue // servers are asked before the run, so they answered
		}
		for _, row := range x.Rows {
			for i, v := range row {
				if c := x.Columns[i]; v.Kind == table.Number && c.Decimals > 1 {
					t.Errorf("%s has a %s %s of failed runs: %v", x.ID, c.Group, c.Name, v.Num)
				}
			}
		}
	}
	for _, s := range metric.Recommendations(metric.NewSet(runs)) {
		assert.Contains(t, []string{"Repeat", "Cost"}, strings.SplitN(strings.TrimPrefix(s, "SIMULATED: "), ":", 2)[0], s)
	}
}

func TestSessionsAreNeverComparedWithEachOther(t *testing.T) {
	runs := twoRuntimes()
	for _, r := range runs {
		if r.Cell.Runtime() == "python" {
			r.Session = "another"
		}
	}
	set := metric.NewSet(runs)
	for _, x := range metric.MatrixTables(set) {
		if len(x.Rows) > 0 {
			assert.Equal(t, "session", x.Columns[0].Name, x.ID)
		}
		assert.NotContains(t, []string{"tests_runtime", "efficiency_gaps"}, x.ID, "one runtime per session leaves nothing to compare")
	}
	assert.Len(t, metric.Recommendations(set), 1)
}

func TestTwoRunsHaveATestThatCannotReject(t *testing.T) {
	var runs []*record.Run
	for _, r := range twoRuntimes() {
		if r.RunNumber <= 2 {
			runs = append(runs, r)
		}
	}
	tables := metric.MatrixTables(metric.NewSet(runs))
	g := tableOf(t, tables, "tests_scenario")
	assert.Equal(t, "too few runs to reject", g.at("verdict", "measured, %", "go", "alpha:7b"))
	assert.Equal(t, "n/a", g.at("difference low", "measured, %", "go", "alpha:7b"))
}
