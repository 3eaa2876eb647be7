package ab

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

func TestWhatAPersonMustSeeIsShown(t *testing.T) {
	const said = `# SIMULATION: the servers are simulated
# servers: sim
# session: /results/x
# may spoil this: swap is in use
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
