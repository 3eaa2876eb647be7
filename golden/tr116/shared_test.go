package tr116_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/tr116"
)

// read reads a folder's runs once.
var read = sync.OnceValues(func() ([]*record.Run, error) {
	dir, err := golden.Study("tr116", "raw", "results")
	if err != nil {
		return nil, err
	}
	tree, err := results.ReadTree(dir)
	if err != nil {
		return nil, err
	}
	var runs []*record.Run
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
	}
	if len(tree.Errors) > 0 {
		return nil, tree.Errors[0]
	}
	return runs, nil
})

// rawRuns are the study's runs, from its raw files.
func rawRuns(t testing.TB) []*record.Run {
	t.Helper()
	golden.Shared(t, "tr116", "raw", "results")
	runs, err := read()
	require.NoError(t, err)
	return runs
}

// raw is the study's tables, computed from its raw files.
func raw(t testing.TB) []table.Table {
	t.Helper()
	return tr116.Tables(metric.NewSet(rawRuns(t)))
}
