package session

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

func TestCellsSayWhichServersThereMustBe(t *testing.T) {
	two, one := plan.Cell{}, plan.NewCell(record.SuiteMulti, nil, record.CoordTopology, record.TopologyOne)
	assert.Equal(t, backend.Two, serversFor([]plan.Cell{two}))
	assert.Equal(t, []string{backend.Both}, serversFor([]plan.Cell{one}))
	all := []string{backend.Collector, backend.Insight, backend.Both}
	assert.Equal(t, all, serversFor([]plan.Cell{one, two}))
	assert.Equal(t, backend.Insight, serverOf(two, backend.Insight))
	assert.Equal(t, backend.Both, serverOf(one, backend.Insight))

	ports, err := backend.Config{Endpoints: []string{"http://127.0.0.1:5001", "http://127.0.0.1:5005"}, Servers: all}.Ports()
	require.NoError(t, err)
	assert.Equal(t, []int{5001, 5005, 5006}, ports)
	ports, err = backend.Config{Servers: all}.Ports()
	require.NoError(t, err)
	assert.Nil(t, ports, "nobody says")
	_, err = backend.Config{Endpoints: []string{"http://localhost", "http://localhost"}, Servers: all}.Ports()
	assert.ErrorContains(t, err, "no port")
}

func TestThreadsAreSaidOnceWhereTheyAreTheSame(t *testing.T) {
	assert.Empty(t, speed{threads: map[string]int{"collector": 0, "insight": 0}}.threadsText())
	assert.Equal(t, "1", speed{threads: map[string]int{"collector": 1, "insight": 1}}.threadsText())
	assert.Equal(t, "2 (both), 1 (collector)", speed{threads: map[string]int{"both": 2, "collector": 1}}.threadsText())
}

func TestTheFirstLinesSayWhatAContainerWasGiven(t *testing.T) {
	assert.Empty(t, contained(nil))
	c := &record.Container{ID: "0123456789abcdef", Image: "i:1", ImageID: "sha256:0123456789abcdef", GPUs: "shared"}
	assert.Equal(t, ", container 0123456789ab of i:1 (sha256:0123456789ab), GPUs: shared", contained(c))
	c.CPUs, c.MemoryB = 1.5, 6<<30
	assert.Contains(t, contained(c), "at most 1.5 processors, at most 6GiB")
}
