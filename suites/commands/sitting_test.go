package commands

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSittingsOfOneRoundMakeTheSessionThatOneSittingMakes, in whatever order they
// come: make ab puts another session's rounds between them.
func TestSittingsOfOneRoundMakeTheSessionThatOneSittingMakes(t *testing.T) {
	t.Parallel()
	whole, results := t.TempDir(), t.TempDir()
	named := func(results string, more ...string) []string {
		return small(results, append([]string{"-duet.rounds=3", "-duet.rerun=false", "-duet.session=mine"}, more...)...)
	}
	run(t, named(whole)...).require(t, 0)
	for i, round := range []int{1, 2, 3} {
		o := run(t, named(results, fmt.Sprintf("-duet.only-round=%d", round))...)
		o.require(t, 0)
		assert.Contains(t, o.stdout, "# to make: 3 runs of 3 cells", "one round of three")
		lines, _ := parse(t, o.stdout)
		assert.Len(t, lines, 3)
		if left := 6 - 3*i; left > 0 {
			assert.Contains(t, o.stdout, fmt.Sprintf("# round %d of 3 complete, %d runs of other rounds are missing: ", round, left))
			assert.NotContains(t, o.stdout, "session complete")
		} else {
			assert.Contains(t, o.stdout, "# session complete: ")
		}
	}
	again := run(t, named(results, "-duet.only-round=2")...)
	again.require(t, 0)
	lines, _ := parse(t, again.stdout)
	assert.Empty(t, lines, "a round is measured once")

	got := readRuns(t, filepath.Join(results, "mine"))
	assert.Len(t, got, 9)
	assert.Equal(t, numbers(readRuns(t, filepath.Join(whole, "mine"))), numbers(got))
	absent(t, filepath.Join(results, "mine", "session.lock"))
}
