package analysis_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

// Two topologies of one session answer different questions; their mean answers
// none.
func TestOneServerAndTwoNeverShareAMean(t *testing.T) {
	two, one := pair(), pair()
	one.Backend.Topology = metrics.TopologyOne
	one.Cell.ID += "_one-server"
	set := analysis.NewSet([]*metrics.Run{one, two, one, two})
	assert.True(t, set.Mixed, "every table says which")
	for name, key := range map[string]func(*metrics.Run) metrics.Cell{"runtime": analysis.ByRuntime, "model": analysis.ByModel, "cell": analysis.ByCell} {
		groups := set.Groups(metrics.SuiteMulti, key)
		require.Len(t, groups, 2, name)
		for _, g := range groups {
			assert.Len(t, g.Rows, 2, name)
			for _, r := range g.Rows {
				assert.Equal(t, g.First().Backend.Topology, r.Run.Backend.Topology, name)
			}
		}
	}
}

func TestTheLabelSaysThatThereWasOneServer(t *testing.T) {
	b := metrics.Backend{Kind: "container", Synthetic: true}
	assert.Equal(t, "container, synthetic models", b.Label())
	b.Topology = metrics.TopologyOne
	assert.Equal(t, "container, one server, synthetic models", b.Label())
}
