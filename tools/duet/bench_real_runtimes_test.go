//go:build ollama || gpu

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/table"
)

// TestRealRuntimes asks the study's question on two real Ollama servers with the
// synthetic models: does the client runtime matter? Go, Python and Rust drive
// the same agents in one session. Whatever the answer is, it is printed, under
// each definition, with intervals and Holm-adjusted p.
func TestRealRuntimes(t *testing.T) {
	out, tree := measure(t, "-suites", "multi", "-duet.runtimes=go,python,rust", "-duet.scenarios=chimera-homo")
	assert.NotContains(t, out, "left out")
	cells := map[string]int{}
	var runs []*record.Run
	for _, f := range tree.Files {
		checkReal(t, f.Run)
		if f.Run.Rerun == nil {
			cells[f.Run.Cell.Runtime()+" "+f.Run.Cell.Model()]++
		}
		runs = append(runs, f.Run)
		for _, p := range f.Run.Passes {
			require.NotNil(t, p.Client)
			assert.Positive(t, p.Client.CPUNS)
			assert.Equal(t, f.Run.Cell.Runtime() != "go", p.Client.StartupNS > 0, "a program takes time to start")
			assert.NotEmpty(t, p.Client.Runtime)
		}
	}
	for _, runtime := range []string{"go", "python", "rust"} {
		for _, m := range plan.Tiny {
			assert.Equal(t, 6, cells[runtime+" "+m], "%s, %s", runtime, m)
		}
	}
	answer(t, metric.NewSet(runs))
	meters(t, tree.Files[0].Session())
}

// meters holds the session to having tried every runtime on a known answer.
func meters(t *testing.T, session string) {
	t.Helper()
	file, _, err := results.Read(session)
	require.NoError(t, err)
	tests := file.SelfTests()
	require.Len(t, tests, 1)
	require.Len(t, tests[0].Meter, 3)
	for _, r := range tests[0].Meter {
		assert.Empty(t, r.Failure, r.Runtime)
		t.Log(r)
	}
	page, err := os.ReadFile(filepath.Join(session, "report.md"))
	require.NoError(t, err)
	for _, table := range report.SelfTestTables(tests) {
		assert.NotEmpty(t, table.Rows)
		assert.Contains(t, string(page), table.Title)
	}
}

// answer prints what the runs say of the runtimes.
func answer(t *testing.T, set *metric.Set) {
	t.Helper()
	found := 0
	for _, tab := range metric.MatrixTables(set) {
		switch tab.ID {
		case "efficiencies_runtime", "efficiency_gaps", "tests_runtime":
			assert.NotEmpty(t, tab.Rows, tab.ID)
			t.Log("\n" + table.Plain(tab, 0))
			found++
		}
	}
	assert.Equal(t, 3, found)
	for _, said := range metric.Recommendations(set) {
		t.Log(said)
	}
}
