package ab

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/record"
)

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
