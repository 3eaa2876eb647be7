package browsertest

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/results"
	_ "github.com/chimeraforge/duet/harness/tr116"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func lookAt(t *testing.T, runs []*record.Run) {
	t.Helper()
	b := start(t)
	page, err := report.Build(runs, nil).Write(t.TempDir())
	require.NoError(t, err)
	b.check(t, page)
}

var page = flag.String("page", "", "a report.html to look at")

// TestAnyReport looks at the page of a session, whoever made it.
func TestAnyReport(t *testing.T) {
	if *page == "" {
		t.Skip("needs the page of a session (-page)")
	}
	start(t).check(t, *page)
}

func TestTheReportOfASyntheticSession(t *testing.T) { lookAt(t, synthetic.Runs()) }

func TestTheReportOfTheStudy(t *testing.T) {
	golden.Long(t, "a page of 6,000 values; the synthetic one has every kind of table and figure")
	tree, err := results.ReadTree(golden.Shared(t, "tr116", "raw", "results"))
	require.NoError(t, err)
	var runs []*record.Run
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
	}
	lookAt(t, runs)
}
