package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// printed is what benchfmt writes to stdout.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, log bytes.Buffer
	require.Equal(t, exitOK, run(&out, &log, args), log.String())
	require.Empty(t, log.String())
	return out.String()
}

// files finds how many files a finding of the audit rests on: the study's hold
// several runs, ours one.
var files = regexp.MustCompile(`(?m)^([a-z-]+,found,[a-z]+,)\d+,`)

func TestTheStudyImportedGivesTheTablesOfItsRawFiles(t *testing.T) {
	raw := golden.Shared(t, "tr116", "raw", "results")
	out := filepath.Join(t.TempDir(), "tr116")
	assert.Equal(t, "172 runs of tr116 in "+out+"\n", printed(t, "import", "-from", "tr116", raw, "-o", out), "60 of two agents, 56 of Python's and 56 of Rust's single ones")
	want := printed(t, "tables", "-all", "-format", "csv", raw)
	assert.Equal(t, files.ReplaceAllString(want, "$1"), files.ReplaceAllString(printed(t, "tables", "-all", "-format", "csv", out), "$1"))
	t.Run("and every file is valid", func(t *testing.T) { valid(t, out) })
}

func valid(t *testing.T, dir string) {
	tree, err := results.ReadTree(dir)
	require.NoError(t, err)
	require.Empty(t, tree.Errors)
	for _, f := range tree.Files {
		data, err := os.ReadFile(f.Path)
		require.NoError(t, err)
		assert.NoError(t, record.Check(data), f.Path)
		assert.NotNil(t, f.Run.Derived, f.Path)
		assert.NotNil(t, f.Run.Summary, f.Path)
		require.Equal(t, dir, f.Session(), "the session folder is where it was written to")
	}
}
