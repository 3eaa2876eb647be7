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

func leftOut(tables []table.Table) bool {
	return slices.ContainsFunc(tables, func(t table.Table) bool {
		return slices.ContainsFunc(t.Notes, func(n string) bool { return strings.Contains(n, "so they are left out: ") })
	})
}

func TestAColumnThatNoImportedRunCanFillIsASentence(t *testing.T) {
	tables := metric.NewSet([]*record.Run{studied("python"), studied("rust")}).Tables()
	assert.Empty(t, absentColumns(tables))
	assert.True(t, leftOut(tables))
}

func TestARunOfDuetsOwnKeepsEveryColumn(t *testing.T) {
	own := studied("go")
	own.Imported = nil
	tables := metric.NewSet([]*record.Run{studied("python"), own}).Tables()
	assert.NotEmpty(t, absentColumns(tables))
	assert.False(t, leftOut(tables))
}
