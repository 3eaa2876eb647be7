package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report"
)

func many(n int) (runs []*record.Run) {
	for r := range synthetic.Many(n, false) {
		runs = append(runs, r)
	}
	return runs
}

// Ten times the runs must not be ten times the page: a browser has to open it.
func TestAPageIsBoundedWhateverWasMeasured(t *testing.T) {
	size := func(n int) int {
		r := report.Build(many(n), nil)
		html, err := r.HTML()
		require.NoError(t, err)
		t.Logf("%d runs: %d KiB of HTML, %d KiB of Markdown", n, len(html)>>10, len(r.Markdown())>>10)
		return len(html)
	}
	few, lots := size(600), size(6000)
	assert.Less(t, float64(lots), 2*float64(few), "the figures' marks have their own limit")
	assert.Less(t, lots, 10<<20)
}
