package analysis_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

// absentColumns are the columns without a value in any row.
func absentColumns(tables []analysis.Table) (out []string) {
	for _, t := range tables {
		for i, c := range t.Columns {
			if len(t.Rows) > 0 && !slices.ContainsFunc(t.Rows, func(row []analysis.Value) bool { return row[i].Kind != analysis.Absent }) {
				out = append(out, t.ID+": "+c.Group+" "+c.Name)
			}
		}
	}
	return out
}

func leftOut(tables []analysis.Table) bool {
	return slices.ContainsFunc(tables, func(t analysis.Table) bool {
		return slices.ContainsFunc(t.Notes, func(n string) bool { return strings.Contains(n, "so they are left out: ") })
	})
}

func TestAColumnThatNoImportedRunCanFillIsASentence(t *testing.T) {
	tables := analysis.NewSet([]*metrics.Run{studied("python"), studied("rust")}).Tables()
	assert.Empty(t, absentColumns(tables))
	assert.True(t, leftOut(tables))
}

func TestARunOfDuetsOwnKeepsEveryColumn(t *testing.T) {
	own := studied("go")
	own.Imported = nil
	tables := analysis.NewSet([]*metrics.Run{studied("python"), own}).Tables()
	assert.NotEmpty(t, absentColumns(tables))
	assert.False(t, leftOut(tables))
}
