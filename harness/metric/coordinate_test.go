package metric_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// A coordinate that no line of duet's code knows is in names, folders and tables,
// and keeps means apart.
func TestACoordinateThatNobodyKnowsAppearsByItself(t *testing.T) {
	var runs []*record.Run
	for _, cache := range []string{"own", "shared"} {
		for n := 1; n <= 2; n++ {
			r := synthetic.Pair("alpha:7b", "chimera-homo", n, 1.5)
			r.Cell = r.Cell.With("cache", cache)
			r.Cell.ID = plan.Folder(r.Suite, r.Cell)
			runs = append(runs, r)
		}
	}
	assert.Equal(t, "Multi/model=alpha_7b/runtime=go/scenario=chimera-homo/cache=own/gpu=80/ctx=512/temp=1.0", plan.FullName(runs[0].Suite, runs[0].Cell))
	assert.Equal(t, "multi/go/alpha_7b/chimera-homo_gpu80_ctx512_temp10_cache-own", runs[0].Cell.ID)
	set := metric.NewSet(runs)
	assert.Len(t, set.Groups(record.SuiteMulti, metric.ByRuntime), 2, "they never share a mean")
	for _, table := range set.Tables() {
		if len(table.Rows) > 0 && table.Columns[0].Name == "cache" {
			return
		}
	}
	t.Error("no table names it")
}
