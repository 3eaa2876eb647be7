package browser_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/metrics/store"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/report/browser"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func check(t *testing.T, runs []*metrics.Run) {
	t.Helper()
	b := browser.Start(t)
	page, err := report.Build(runs, nil).Write(t.TempDir())
	require.NoError(t, err)
	b.Check(t, page)
}

func TestTheReportOfASyntheticSession(t *testing.T) { check(t, synthetic.Runs()) }

// raw are the study's own files, where this checkout stands beside them.
const raw = "../../../../shared/tr116/raw/results"

func TestTheReportOfTheStudy(t *testing.T) {
	if _, err := os.Stat(filepath.FromSlash(raw)); err != nil {
		t.Skip("the study's raw files are not here")
	}
	tree, err := store.ReadTree(filepath.FromSlash(raw))
	require.NoError(t, err)
	var runs []*metrics.Run
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
	}
	check(t, runs)
}
