package trust_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/tr116"
)

func TestACellWithoutARerunLacksNothing(t *testing.T) {
	runs := clean()
	again := honest(exchange(synthetic.Pair("alpha:7b", "baseline-vs-chimera", 7, 1.2)))
	again.Rerun = &record.Rerun{Of: []int64{2}, Reason: "x"}
	runs = append(runs, again)
	assert.Empty(t, found(runs))

	for _, table := range tr116.Tables(metric.NewSet(runs)) {
		for _, row := range table.Rows {
			if table.ID == "tr116_validation" && row[0].Text == "Every dual-agent configuration has as many runs as any other" {
				assert.True(t, row[1].Yes, "planned runs are compared")
			}
		}
	}
}
