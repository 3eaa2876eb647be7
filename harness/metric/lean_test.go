package metric_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// absentColumns are the columns without a value in any row.
func absentColumns(tables []table.Table) (out []string) {
	for _, t := range tables {
		for i, c := range t.Columns {
			if len(t.Rows) > 0 && !slices.ContainsFunc(t.Rows, func(row []table.Value) bool { return row[i].Kind != table.Absent }) {
				out = append(out, t.ID+": "+c.Group+" "+c.Name)
			}
		}
	}
	return out
}

// foreign is a pair that another tool measured.
func foreign(runtime string) *record.Run {
	f := func(v float64) *float64 { return &v }
	agent := func(id string, tokens int64) record.ImportedAgent {
		return record.ImportedAgent{Agent: id, Pass: record.PassConcurrent, Tokens: &tokens, WallNS: f(9e9), TTFTNS: f(1.5e9), TTFTServerNS: f(1e9), PromptEvalNS: f(1e9), EvalNS: f(5e9)}
	}
	return &record.Run{
		Suite: record.SuiteMulti, RunNumber: 3, Status: record.StatusOK, Cell: record.NewCell("", record.CoordRuntime, runtime, record.CoordScenario, "chimera-homo"),
		Imported: &record.Imported{WallNS: f(10e9), Agents: []record.ImportedAgent{agent(metric.Collector, 100), agent(metric.Insight, 200)}},
	}
}

func leftOut(tables []table.Table) bool {
	return slices.ContainsFunc(tables, func(t table.Table) bool {
		return slices.ContainsFunc(t.Notes, func(n string) bool { return strings.Contains(n, "so they are left out: ") })
	})
}

func TestAColumnThatNoImportedRunCanFillIsASentence(t *testing.T) {
	tables := metric.NewSet([]*record.Run{foreign("python"), foreign("rust")}).Tables()
	assert.Empty(t, absentColumns(tables))
	assert.True(t, leftOut(tables))
}

func TestARunOfDuetsOwnKeepsEveryColumn(t *testing.T) {
	own := foreign("go")
	own.Imported = nil
	tables := metric.NewSet([]*record.Run{foreign("python"), own}).Tables()
	assert.NotEmpty(t, absentColumns(tables))
	assert.False(t, leftOut(tables))
}
