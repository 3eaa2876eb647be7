package metric_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/table"
	_ "github.com/chimeraforge/duet/harness/tr116"
)

// files are the study's runs, read once for all tests.
var files = sync.OnceValues(func() (results.Tree, error) {
	dir, err := golden.Study("tr116", "raw", "results")
	if err != nil {
		return results.Tree{}, err
	}
	return results.ReadTree(dir)
})

// study reads the study's 84 files, which are not part of the project.
func study(t testing.TB) *metric.Set {
	golden.Shared(t, "tr116", "raw", "results")
	tree, err := files()
	require.NoError(t, err)
	require.Empty(t, tree.Errors)
	var runs []*record.Run
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
	}
	return metric.NewSet(runs)
}

// grid is a table's cells as a reader sees them, found by what its row begins
// with.
type grid struct {
	t     testing.TB
	table table.Table
}

func tableOf(t testing.TB, tables []table.Table, id string) grid {
	for _, x := range tables {
		if x.ID == id {
			return grid{t, x}
		}
	}
	t.Fatalf("no table %s", id)
	return grid{}
}

// at is the cell under a heading ("published, % mean") in the row whose words,
// joined by blanks, contain all of keys.
func (g grid) at(heading string, keys ...string) string {
	g.t.Helper()
	var found []string
	for _, row := range g.table.Rows {
		var words []string
		for i, v := range row {
			words = append(words, table.Cell(g.table.Columns[i], v))
		}
		line := " " + strings.Join(words, " ") + " "
		if containsAll(line, keys) {
			found = append(found, words[g.column(heading)])
		}
	}
	require.Len(g.t, found, 1, "%s: rows with %v", g.table.ID, keys)
	return found[0]
}

func containsAll(line string, keys []string) bool {
	for _, k := range keys {
		if !strings.Contains(line, " "+k+" ") {
			return false
		}
	}
	return true
}

func (g grid) column(heading string) int {
	g.t.Helper()
	for i, c := range g.table.Columns {
		if strings.TrimSpace(c.Group+" "+c.Name) == heading {
			return i
		}
	}
	g.t.Fatalf("%s has no column %q", g.table.ID, heading)
	return -1
}

func TestOneDefinitionForBothRuntimesLeavesLittleOfTheStudysGap(t *testing.T) {
	tables := metric.MatrixTables(study(t))
	side := tableOf(t, tables, "efficiencies_runtime")
	for _, want := range [][4]string{
		// definition, runtime, mean, sd: AUDIT's table of recomputed efficiencies
		{"published, %", "python", "82.73", "9.28"}, {"published, %", "rust", "95.17", "6.44"},
		{"server, %", "python", "82.73", "9.28"}, {"server, %", "rust", "90.49", "8.81"},
		{"client, %", "python", "91.02", "3.67"}, {"client, %", "rust", "95.17", "6.44"},
		{"together ÷ solo", "python", "0.64", "0.08"}, {"together ÷ solo", "rust", "0.66", "0.06"},
	} {
		assert.Equal(t, want[2], side.at(want[0]+" mean", want[1]), want)
		assert.Equal(t, want[3], side.at(want[0]+" sd", want[1]), want)
	}
	gaps := tableOf(t, tables, "efficiency_gaps")
	assert.Equal(t, "12.44", gaps.at("gap", "published, %"))
	assert.Equal(t, "7.76", gaps.at("gap", "server, %"))
	// AUDIT prints 4.15, the difference of the rounded means; of the means
	// themselves it is 4.1445.
	assert.Equal(t, "4.14", gaps.at("gap", "client, %"))
	assert.Equal(t, "0.02", gaps.at("gap", "together ÷ solo"))
}

func TestTheStudysTwelveCellsUnderEveryDefinition(t *testing.T) {
	g := tableOf(t, metric.MatrixTables(study(t)), "efficiencies_config")
	for _, want := range [][7]string{
		{"python", "gemma3:latest", "baseline-vs-chimera", "80.24", "80.24", "90.65", "0.67"},
		{"python", "gemma3:latest", "chimera-homo", "84.85", "84.85", "92.22", "0.70"},
		{"python", "llama3.1:8b-instruct-q4_0", "baseline-vs-chimera", "83.80", "83.80", "92.82", "0.60"},
		{"python", "llama3.1:8b-instruct-q4_0", "chimera-homo", "85.77", "85.77", "93.44", "0.65"},
		{"python", "qwen2.5:7b", "baseline-vs-chimera", "77.57", "77.57", "87.20", "0.60"},
		{"python", "qwen2.5:7b", "chimera-homo", "84.12", "84.12", "89.81", "0.63"},
		{"rust", "gemma3:latest", "baseline-vs-chimera", "97.31", "94.07", "97.31", "0.71"},
		{"rust", "gemma3:latest", "chimera-homo", "99.22", "95.80", "99.22", "0.70"},
		{"rust", "llama3.1:8b-instruct-q4_0", "baseline-vs-chimera", "96.55", "92.94", "96.55", "0.66"},
		{"rust", "llama3.1:8b-instruct-q4_0", "chimera-homo", "98.55", "93.49", "98.55", "0.62"},
		{"rust", "qwen2.5:7b", "baseline-vs-chimera", "89.97", "81.94", "89.97", "0.63"},
		{"rust", "qwen2.5:7b", "chimera-homo", "89.41", "84.67", "89.41", "0.65"},
	} {
		keys := want[:3]
		got := [4]string{g.at("published, % mean", keys...), g.at("server, % mean", keys...), g.at("client, % mean", keys...), g.at("together ÷ solo mean", keys...)}
		assert.Equal(t, [4]string(want[3:]), got, keys)
	}
}

func TestTheStudysCorrelationsTurnWithTheAbsoluteValue(t *testing.T) {
	g := tableOf(t, metric.MatrixTables(study(t)), "correlation_signs")
	for _, want := range [][3]string{
		{"llama3.1:8b-instruct-q4_0", "0.391", "-0.989"}, {"qwen2.5:7b", "-0.007", "-0.804"}, {"gemma3:latest", "0.439", "-0.498"},
	} {
		assert.Equal(t, want[1], g.at("signed r", "published, %", want[0], "rust"))
		assert.Equal(t, want[2], g.at("absolute r", "published, %", want[0], "rust"))
		assert.Equal(t, "10", g.at("n", "published, %", want[0], "rust"))
	}
}

func TestTheStudysFirstPythonRunsAreCold(t *testing.T) {
	g := tableOf(t, metric.MatrixTables(study(t)), "first_run_runtime")
	assert.Equal(t, "67.75", g.at("first runs mean", "published, %", "python"))
	assert.Equal(t, "86.47", g.at("later runs mean", "published, %", "python"))
}

func TestTheStudysVarianceShares(t *testing.T) {
	g := tableOf(t, metric.MatrixTables(study(t)), "dominance")
	assert.Equal(t, "22.6394", g.at("variance between", "published, %", "rust", "model"), "the study prints 22.64")
	assert.Equal(t, "27.7841", g.at("variance within", "published, %", "rust", "model"), "the study prints 27.78")
}

func TestTablesOfTheStudysRawFiles(t *testing.T) {
	for _, x := range metric.MatrixTables(study(t)) {
		golden.AssertTables(t, "study/"+x.ID+".md", table.Markdown(x))
	}
}

func TestRecommendationsOnTheStudysRawFiles(t *testing.T) {
	golden.Assert(t, "study/recommendations.txt", strings.Join(metric.Recommendations(study(t)), "\n")+"\n")
}
