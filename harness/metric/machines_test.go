package metric_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// of puts runs on a machine, and into one session.
func of(machine string, runs []*record.Run) []*record.Run {
	for _, r := range runs {
		r.Backend.Machine = machine
	}
	return runs
}

func TestNoRowAveragesTwoMachines(t *testing.T) {
	one := metric.NewSet(synthetic.Runs())
	both := metric.NewSet(append(of("m1", synthetic.Runs()), of("m2", synthetic.Runs())...))
	assert.True(t, both.Mixed)
	wanted := map[string]table.Table{}
	for _, table := range one.Tables() {
		wanted[table.ID] = table
	}
	for _, table := range both.Tables() {
		if table.ID == "warnings" {
			continue // counts of runs, not means
		}
		require.Equal(t, "backend", table.Columns[1].Name, table.ID)
		machines := map[string]int{}
		for _, row := range table.Rows {
			_, m, _ := strings.Cut(row[1].Text, ", on ")
			machines[m]++
		}
		if want := len(wanted[table.ID].Rows); want > 0 {
			assert.Equal(t, map[string]int{"m1": want, "m2": want}, machines, table.ID)
			assert.Contains(t, strings.Join(table.Notes, " "), "Of 2 machines (m1, m2)", table.ID)
		}
	}
	for _, table := range metric.NewSet(of("m1", synthetic.Runs())).Tables() {
		assert.NotContains(t, strings.Join(table.Notes, " "), "machines", "one machine needs no word")
	}
}
