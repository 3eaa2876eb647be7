package bulk_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/golden/synthetic/bulk"
)

func TestRunsAreTheSameEveryTimeAndSayThatTheyAreSynthetic(t *testing.T) {
	first := slices.Collect(bulk.Runs(300))
	assert.Equal(t, first, slices.Collect(bulk.Runs(300)))
	seen := map[string]bool{}
	for _, r := range first {
		assert.True(t, r.Backend.Simulated && r.Backend.Synthetic)
		seen[r.Cell.ID] = true
	}
	assert.Len(t, seen, len(bulk.Cells()), "no two cells share a folder")
}
