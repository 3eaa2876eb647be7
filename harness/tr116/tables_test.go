package tr116_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/tr116"
)

// table is the table with an id, as rows of cells under a line of headings.
func tableOf(t *testing.T, runs []*record.Run, id string) [][]string {
	t.Helper()
	tables := tr116.Tables(metric.NewSet(runs))
	i := slices.IndexFunc(tables, func(x table.Table) bool { return x.ID == id })
	require.GreaterOrEqual(t, i, 0, "no table %s", id)
	var out [][]string
	var head []string
	for _, c := range tables[i].Columns {
		head = append(head, table.Heading(c))
	}
	out = append(out, head)
	for _, row := range tables[i].Rows {
		var cells []string
		for k, v := range row {
			cells = append(cells, table.Cell(tables[i].Columns[k], v))
		}
		out = append(out, cells)
	}
	return out
}

// column is the cells of a table's column.
func column(t *testing.T, rows [][]string, name string) []string {
	t.Helper()
	i := slices.Index(rows[0], name)
	require.GreaterOrEqual(t, i, 0, "no column %s in %v", name, rows[0])
	var out []string
	for _, row := range rows[1:] {
		out = append(out, row[i])
	}
	return out
}

func TestEveryTableSaysWhatItIs(t *testing.T) {
	sections := []string{
		table.SectionScope, table.SectionMulti, table.SectionSingle, table.AppendixFlat, table.AppendixRuns, table.AppendixSingle,
		table.AppendixCards, table.AppendixManifest, table.AppendixNotes, table.AppendixRaw, table.AppendixValidation, table.AppendixSamples,
	}
	ids := map[string]bool{}
	for _, x := range tr116.Tables(metric.NewSet(synthetic.Runs())) {
		assert.True(t, strings.HasPrefix(x.ID, "tr116_"), x.ID)
		assert.False(t, ids[x.ID], x.ID)
		assert.Contains(t, sections, x.Section, x.ID)
		assert.NotEmpty(t, x.Title, x.ID)
		assert.NotEmpty(t, x.Definition, x.ID)
		assert.NotEmpty(t, x.N, x.ID)
		assert.Equal(t, "SIMULATED", x.Label, x.ID)
		for _, row := range x.Rows {
			assert.Len(t, row, len(x.Columns), x.ID)
		}
		ids[x.ID] = true
	}
	assert.NotEmpty(t, ids)
}

func TestFailedRunsAreCountedAndInNoMean(t *testing.T) {
	rows := tableOf(t, synthetic.Runs(), "tr116_config")
	assert.Equal(t, []string{"5", "6", "6", "6"}, column(t, rows, "runs"))
	assert.Equal(t, []string{"1", "0", "0", "0"}, column(t, rows, "failed, runs"))
	assert.Len(t, tableOf(t, synthetic.Runs(), "tr116_flat"), 1+23)
	var files int
	for _, n := range column(t, tableOf(t, synthetic.Runs(), "tr116_manifest"), "runs") {
		assert.Equal(t, "1", n)
		files++
	}
	assert.Equal(t, 36, files, "a failed run has a file too")
}

func TestColumnsThatOnlySomeSetsNeedAreAbsentElsewhere(t *testing.T) {
	plain := synthetic.Runs()
	assert.Equal(t, "runtime", tableOf(t, plain, "tr116_config")[0][0])
	mixed := synthetic.Runs()
	mixed[0].Session = "another"
	assert.Equal(t, []string{"session", "backend", "runtime"}, tableOf(t, mixed, "tr116_config")[0][:3])
	assert.Len(t, tableOf(t, mixed, "tr116_runtime"), 1+2, "sessions are never averaged together")
	options := synthetic.Runs()
	for _, r := range options[:3] {
		r.Cell = r.Cell.With(record.CoordCtx, "1024")
	}
	assert.Contains(t, tableOf(t, options, "tr116_config")[0], "ctx, tok")
	assert.NotContains(t, tableOf(t, plain, "tr116_config")[0], "ctx, tok")
}

func TestModelsHaveShortNamesWhereThoseAreUnique(t *testing.T) {
	a, b, c := synthetic.Pair("alpha:7b", "x", 1, 1.5), synthetic.Pair("alpha:7b", "x", 1, 1.5), synthetic.Pair("beta:latest", "x", 1, 1.5)
	b.Cell = b.Cell.With(record.CoordModel, "alpha:14b")
	assert.Equal(t, []string{"alpha:14b", "alpha:7b", "beta"}, column(t, tableOf(t, []*record.Run{a, b, c}, "tr116_config"), "model"))
}

func TestRowsStandInTheStudysOrder(t *testing.T) {
	var runs []*record.Run
	for _, runtime := range []string{"go", "python", "rust"} {
		for _, model := range []string{"alpha:7b", "gemma3:latest", "llama3.1:8b", "qwen2.5:7b"} {
			r := synthetic.Pair(model, "x", 1, 1.5)
			r.Cell = r.Cell.With(record.CoordRuntime, runtime)
			runs = append(runs, r)
		}
	}
	names := func(id string) string {
		var out []string
		rows := tableOf(t, runs, id)
		runtimes, models := column(t, rows, "runtime"), column(t, rows, "model")
		for i := range runtimes {
			out = append(out, runtimes[i][:1]+models[i][:1])
		}
		return strings.Join(out, " ")
	}
	assert.Equal(t, "rq rg rl ra pq pg pl pa gq gg gl ga", names("tr116_run_statistics"))
	assert.Equal(t, "rq pq gq rg pg gg rl pl gl ra pa ga", names("tr116_correlation"))
	assert.Equal(t, "ga pa ra gg pg rg gl pl rl gq pq rq", names("tr116_model_runtime"))
}

func TestASingleCellsChangeIsItsRunsMeanInPythonAndThatOfItsMeansElsewhere(t *testing.T) {
	for runtime, want := range map[string]string{"python": "37.500", "rust": "43.750", "go": "43.750"} {
		var runs []*record.Run
		for i, ttft := range [][2]float64{{100, 75}, {300, 150}} { // 25 % and 50 %; 400 → 225 in all
			r := synthetic.Single("alpha:7b", i+1)
			r.Cell = r.Cell.With(record.CoordRuntime, runtime)
			r.Cell.ID = "single/" + runtime
			imported(r, ttft[0], ttft[1])
			runs = append(runs, r)
		}
		got := column(t, tableOf(t, runs, "tr116_single_cells"), "TTFT reduction, %")
		assert.Equal(t, []string{want}, got, runtime)
	}
}

// imported turns a single-agent run into one that says of its passes no more
// than their TTFT, in milliseconds.
func imported(r *record.Run, baseline, tuned float64) {
	agent := func(pass string, ms float64) record.ImportedAgent {
		ns, rate := ms*1e6, 100.0
		return record.ImportedAgent{Agent: "collector", Pass: pass, TTFTNS: &ns, TTFTServerNS: &ns, DecodeMean: &rate}
	}
	r.Passes = nil
	r.Imported = &record.Imported{Agents: []record.ImportedAgent{agent(record.PassBaseline, baseline), agent(record.PassTuned, tuned)}}
}

func TestColumnsHaveNamesOfTheirOwnForMachines(t *testing.T) {
	for _, x := range tr116.Tables(metric.NewSet(synthetic.Runs())) {
		seen := map[string]bool{}
		for _, c := range x.Columns {
			assert.False(t, seen[table.Key(c)], "%s: %s", x.ID, table.Key(c))
			seen[table.Key(c)] = true
		}
	}
}

func TestTheChecklistSaysWhatDoesNotHold(t *testing.T) {
	item := func(runs []*record.Run, name string) []string {
		for _, row := range tableOf(t, runs, "tr116_validation")[1:] {
			if row[0] == name {
				return row[1:]
			}
		}
		return nil
	}
	runs := synthetic.Runs()
	assert.Equal(t, []string{"no", "35", "36", "1 of 36 runs failed"}, item(runs, "No run failed"))
	assert.Equal(t, []string{"no", "3", "4", "3 of 4 have 6 measured runs: go alpha baseline-vs-chimera has 5"},
		item(runs, "Every dual-agent configuration has as many runs as any other"))
	assert.Equal(t, []string{"yes", "23", "23", "0 runs by server durations (Python), 23 by client wall times"}, item(runs, "One formula for every efficiency"))
	assert.Equal(t, "yes", item(runs, "All files lie under one root")[0])
	runs[30].Session = "another"
	assert.Equal(t, []string{"no", "35", "36", "sessions: another; synthetic"}, item(runs, "All files lie under one root"))
	runs[5].Cell = runs[5].Cell.With(record.CoordModel, "größe:7b")
	assert.Equal(t, "no", item(runs, "Names of models, runtimes, scenarios and files are ASCII")[0])
}

func TestNothingIsSaidOfNothing(t *testing.T) {
	assert.Empty(t, tr116.Tables(metric.NewSet(nil)))
}
