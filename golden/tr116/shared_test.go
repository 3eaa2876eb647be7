package tr116_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/analysis/study"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/metrics/store"
)

// module is the module's root, from this package's folder.
const module = "../.."

// shared is a file of the study's. Where it is missing the test is skipped, but
// not in CI, which always has it.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(module, "..", "shared", "tr116", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the study is missing in CI: %v", err)
		}
		t.Skipf("the study is not beside this checkout: %v", err)
	}
	return path
}

// rawRuns are the study's raw files, read once.
var rawRuns = sync.OnceValues(func() ([]*metrics.Run, error) {
	tree, err := store.ReadTree(filepath.Join(module, "..", "shared", "tr116", "raw", "results"))
	if err != nil {
		return nil, err
	}
	var runs []*metrics.Run
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
	}
	if len(tree.Errors) > 0 {
		return nil, tree.Errors[0]
	}
	return runs, nil
})

// raw is the study's tables, computed from its raw files.
func raw(t testing.TB) []analysis.Table {
	t.Helper()
	shared(t, "raw/results")
	runs, err := rawRuns()
	require.NoError(t, err)
	return study.Tables(analysis.NewSet(runs))
}
