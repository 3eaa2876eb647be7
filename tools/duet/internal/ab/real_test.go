//go:build ollama

package ab

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRealServers sets this project as it is against itself on real servers: every
// partial session starts its own, measures one round, and stops them.
func TestRealServers(t *testing.T) {
	root, results := project(t), t.TempDir()
	stdout, stderr, err := alone(t, "-old=now", "-new=now", "-tags=ollama", "-bench=Multi/.*/.*/scenario=chimera-homo",
		"-duet.models=duet-tiny-llama", "-duet.servers=process", "-duet.budget=16", "-duet.rounds=2", "-duet.results="+results)
	require.ErrorIs(t, err, errInconclusive, "two rounds show nothing\n%s\n%s", stdout, stderr)
	assert.Contains(t, stdout, "# SYNTHETIC MODELS")
	assert.Contains(t, stdout, "0 facts differ")
	before, after := readSides(t, results)
	require.Len(t, before, 2)
	require.Len(t, after, 2)
	for i := range before {
		require.True(t, before[i].OK(), before[i].Error)
		require.True(t, after[i].OK(), after[i].Error)
		assert.False(t, before[i].Backend.Simulated)
		assert.NotEqual(t, before[i].Servers[0].PID, after[i].Servers[0].PID, "servers of its own")
		assert.Equal(t, i == 0, before[i].Started.Before(after[i].Started), "in turn")
	}
	t.Log(stdout)
	clean(t, root)
}
