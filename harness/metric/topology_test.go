package metric_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// Two topologies of one session answer different questions; their mean answers
// none.
func TestOneServerAndTwoNeverShareAMean(t *testing.T) {
	two, one := pair(), pair()
	one.Cell = one.Cell.With(record.CoordTopology, record.TopologyOne)
	one.Cell.ID += "_one-server"
	set := metric.NewSet([]*record.Run{one, two, one, two})
	assert.True(t, set.Mixed, "every table says which")
	for name, key := range map[string]func(*record.Run) string{"runtime": metric.ByRuntime, "model": metric.ByModel, "cell": metric.ByCell} {
		groups := set.Groups(record.SuiteMulti, key)
		require.Len(t, groups, 2, name)
		for _, g := range groups {
			assert.Len(t, g.Rows, 2, name)
			for _, r := range g.Rows {
				assert.Equal(t, g.First().Cell.Topology(), r.Run.Cell.Topology(), name)
			}
		}
	}
}

func TestTheLabelSaysThatThereWasOneServer(t *testing.T) {
	r := record.Run{Backend: record.Backend{Kind: "container", Synthetic: true}}
	assert.Equal(t, "container, synthetic models", r.Label())
	r.Cell = r.Cell.With(record.CoordTopology, record.TopologyOne)
	assert.Equal(t, "container, one server, synthetic models", r.Label())
}
