package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

func TestWhatASelfTestReadHasATableEach(t *testing.T) {
	one := results.SelfTest{
		Meter: []record.MeterReading{{Runtime: "go"}},
		Known: []record.KnownAnswer{{Runtime: "go", Case: "jitter", Calls: 1, True: record.KnownQuantities{Chunks: 16, TTFT: new(5e7)}, GapOffP90: new(0.0)}},
	}
	failed := results.SelfTest{Machine: "b", Meter: []record.MeterReading{{Runtime: "go", Failure: "no such thing"}}}
	merged := one
	merged.Machine = "a"
	for _, c := range []struct {
		name  string
		tests []results.SelfTest
		rows  []int // of each table
	}{
		{"a session that asked for known answers", []results.SelfTest{one}, []int{1, 1}},
		{"an old one, of the meter alone", []results.SelfTest{{Meter: one.Meter}}, []int{1, 0}},
		{"a simulated one", []results.SelfTest{{}}, []int{0, 0}},
		{"two machines, one of which has a column more", []results.SelfTest{merged, failed}, []int{2, 1}},
	} {
		for i, table := range SelfTestTables(c.tests) {
			assert.Len(t, table.Rows, c.rows[i], "%s: %s", c.name, table.ID)
			for _, row := range table.Rows {
				assert.Len(t, row, len(table.Columns), "%s: %s", c.name, table.ID)
			}
		}
	}
}
