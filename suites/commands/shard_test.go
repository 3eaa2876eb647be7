package commands

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestShardsAreSessionsOfTheirOwnAndTogetherTheMatrix(t *testing.T) {
	t.Parallel()
	results := t.TempDir()
	seen := map[string]int{}
	for i := range 3 {
		args := small(results, fmt.Sprintf("-duet.shard=%d/3", i+1))
		o := run(t, args...)
		o.require(t, 0)
		assert.Contains(t, firstLines(o.stdout, 3), fmt.Sprintf("# shard %d/3: 1 of 3 cells\n", i+1))
		assert.Regexp(t, fmt.Sprintf(`-sim-%dof3$`, i+1), o.session(t))
		for at := range rounds(readRuns(t, o.session(t))) {
			seen[at]++
		}
	}
	assert.Len(t, seen, 6, "three scenarios, two rounds")
	for at, n := range seen {
		assert.Equal(t, 1, n, at)
	}
	sessions, err := filepath.Glob(filepath.Join(results, "*"))
	require.NoError(t, err)
	assert.Len(t, sessions, 3)
}

func TestAPatternSelectsWithinAShard(t *testing.T) {
	t.Parallel()
	models := "-duet.models=qwen2.5:7b,gemma3:latest"
	o := run(t, small(t.TempDir(), models, "-duet.shard=1/2", "-test.bench=Multi/model=gemma")...)
	o.require(t, 0)
	assert.Regexp(t, `(?m)^# shard 1/2: \d of 6 cells, \d of them selected$`, o.stdout)
	o = run(t, small(t.TempDir(), models, "-duet.shard=1/6", "-test.bench=Multi/model=gemma")...)
	o.require(t, 2)
	assert.Contains(t, o.stderr, "duet: of shard 1/6 -bench=Multi/model=gemma selects no cell; names look like BenchmarkMulti/model=qwen2p5_7b/")
}

func TestAShardWithNothingInItIsAUsageError(t *testing.T) {
	t.Parallel()
	o := run(t, small(t.TempDir(), "-duet.shard=4/4")...)
	o.require(t, 2)
	assert.Equal(t, "duet: -duet.shard=4/4: there is nothing of the multi suite in it; with these settings it can be split into 3 at most (-duet.shard=i/3)\n", o.stderr)
	o = run(t, small(t.TempDir(), "-duet.shard=2")...)
	o.require(t, 2)
	assert.Equal(t, "duet: -duet.shard=2: shard must be i/n, such as 2/3: the second of three parts; n up to 1000\n", o.stderr)
}
