package ab

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

func TestWhatAPersonMustSeeIsShown(t *testing.T) {
	const said = `# SIMULATION: the servers are simulated
# servers: sim
# session: /results/x
# may interfere: swap is in use
goos: linux
Unit agg-tok/s better=higher
duet: building the rust client, once
BenchmarkMulti/a 1 2 ns/op
--- FAIL: BenchmarkMulti/b
    run 1: HTTP 500
FAIL
# 1 runs failed; see /results/x/failures.jsonl
# stopped: no space left on device`
	show := func(s *side) string {
		var out strings.Builder
		hidden := relay(&out, suites.Lines(strings.NewReader(said)), s)
		assert.Equal(t, strings.Count(said, "\n")+1, len(hidden)+strings.Count(out.String(), "\n"), "nothing is lost")
		return out.String()
	}
	first, later := show(&side{}), show(&side{known: true})
	for _, line := range []string{"  old: duet: building the rust client, once\n", "  old: --- FAIL: BenchmarkMulti/b\n", "  old:     run 1: HTTP 500\n"} {
		assert.Contains(t, first, line)
		assert.Contains(t, later, line)
	}
	assert.Contains(t, first, "swap is in use")
	assert.NotContains(t, later, "swap is in use", "it has been said")
	for _, line := range []string{"Unit", "goos", "ns/op", "session"} {
		assert.NotContains(t, first, line)
	}
}

func runOf(cell string, round int, at int64) *record.Run {
	return &record.Run{Suite: "multi", Cell: record.Cell{ID: cell}, Round: round, Started: time.Unix(at, 0)}
}

func TestARoundIsDoneWhenEveryCellHasARun(t *testing.T) {
	failed := runOf("b", 2, 0)
	failed.Status, failed.Error = record.StatusFailed, "HTTP 500"
	again := runOf("b", 3, 0)
	again.Rerun = &record.Rerun{}
	runs := []*record.Run{runOf("a", 1, 0), runOf("b", 1, 0), runOf("a", 2, 0), failed, runOf("a", 3, 0), again, runOf("of an earlier -bench", 4, 0)}
	assert.Equal(t, map[int]bool{1: true, 2: true, 3: false}, complete(runs, []string{"a", "b"}), "one that failed is done")
	assert.Empty(t, complete(nil, []string{"a"}))
}

func TestHowFarTheSidesOfARoundLieApartIsSaid(t *testing.T) {
	longest, round := apart([2][]*record.Run{
		{runOf("a", 1, 0), runOf("b", 1, 5), runOf("a", 2, 30), runOf("a", 3, 100)},
		{runOf("a", 1, 10), runOf("b", 1, 15), runOf("a", 2, 17)},
	})
	assert.Equal(t, 13*time.Second, longest)
	assert.Equal(t, 2, round)
}
