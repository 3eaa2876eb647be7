package session

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

func TestCellsSayWhichServersThereMustBe(t *testing.T) {
	roles := func(n int) (out []plan.Role) {
		for i := range n {
			out = append(out, plan.Role{Agent: fmt.Sprint("a", i+1)})
		}
		return out
	}
	cell := func(n int, topology string) plan.Cell {
		return plan.NewCell("s", roles(n), record.CoordTopology, topology)
	}
	two, one := plan.Cell{Roles: roles(2)}, cell(2, record.TopologyOne)
	names := func(cells ...plan.Cell) []string {
		servers, err := Servers(cells)
		require.NoError(t, err)
		return backend.Names(servers)
	}
	assert.Equal(t, []string{"s1", "s2"}, names(two))
	assert.Equal(t, []string{"all"}, names(one))
	assert.Equal(t, []string{"s1", "s2", "all"}, names(one, two))
	assert.Equal(t, []string{"s1", "s2"}, names(plan.Cell{Roles: roles(1)}), "one agent has the share of the machine that it has beside another")
	for _, test := range []struct {
		agents   int
		topology string
		want     []string // server by agent
	}{
		{2, "", []string{"s1", "s2"}},
		{5, "", []string{"s1", "s2", "s3", "s4", "s5"}},
		{2, record.TopologyOne, []string{"all", "all"}},
		{5, "2", []string{"2s1", "2s1", "2s2", "2s2", "2s2"}},
		{3, "3", []string{"3s1", "3s2", "3s3"}},
	} {
		c := cell(test.agents, test.topology)
		for i, want := range test.want {
			got, err := serverOf(c, c.Roles[i].Agent)
			require.NoError(t, err)
			assert.Equal(t, want, got, "%d agents, %q", test.agents, test.topology)
		}
		servers, err := Servers([]plan.Cell{c})
		require.NoError(t, err)
		slots := 0
		for _, s := range servers {
			slots += s.Slots
		}
		assert.Equal(t, test.agents, slots)
	}
	_, err := serverOf(two, "somebody")
	assert.ErrorContains(t, err, "agent somebody", "and not the first server")
	_, err = Servers([]plan.Cell{cell(3, "4")})
	assert.ErrorContains(t, err, "no placement of 3 agents")
	_, err = Servers([]plan.Cell{one, cell(3, record.TopologyOne)})
	assert.ErrorContains(t, err, "server all is for 3 agents here, and for 2 elsewhere")

	all, err := Servers([]plan.Cell{one, two})
	require.NoError(t, err)
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
