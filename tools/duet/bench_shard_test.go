package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASuiteOfWhichTheShardHasNothingIsLeftOut(t *testing.T) {
	atRoot(t)
	results := t.TempDir()
	args := []string{prebuilt(t), "-duet.models=qwen2.5:7b", "-duet.rounds=1", "-duet.budget=4", "-duet.results=" + results}
	stdout, stderr, err := runBench(t, append(args, "-duet.shard=1/4")...)
	require.NoError(t, err, stderr)
	assert.Contains(t, stdout, "# left out: suite single, of which shard 1/4 has nothing (it can be split into 1 at most)\n")
	assert.Contains(t, stdout, "# shard 1/4: 1 of 3 cells\n")
	sessions, err := filepath.Glob(filepath.Join(results, "*"))
	require.NoError(t, err)
	require.Len(t, sessions, 1)
	planned, _ := counts(t, sessions[0])
	assert.Equal(t, map[string]int{"multi": 1}, planned)

	stdout, stderr, err = runBench(t, append(args, "-duet.shard=4/4")...)
	require.NoError(t, err, stderr)
	assert.Contains(t, stdout, "# left out: suite multi, of which shard 4/4 has nothing (it can be split into 3 at most)\n")

	_, stderr, err = runBench(t, append(args, "-duet.shard=5/5")...)
	assert.Equal(t, 2, exitCode(err), stderr)
	assert.ErrorContains(t, err, "there is nothing of the multi suite in it; with these settings it can be split into 3 at most")
	assert.NotContains(t, stderr, "building", "said before anything is built")
}
