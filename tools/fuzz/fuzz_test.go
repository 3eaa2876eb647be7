package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFuzzing fuzzes a module with a target that holds and one that does not.
func TestFuzzing(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/module")))
	require.NoError(t, os.Rename(filepath.Join(dir, "go.mod.txt"), filepath.Join(dir, "go.mod")))
	var stdout, stderr bytes.Buffer
	err := run(t.Context(), &stdout, &stderr, []string{"-C", dir, "-time", "4s"})
	require.EqualError(t, err, "failed: sub.FuzzFails", "%s%s", &stdout, &stderr)
	assert.Contains(t, stdout.String(), "2 targets, 2s each\n")
	assert.Regexp(t, `(?m)^ok      FuzzHolds +\. .* \d+ executions$`, stdout.String(), "the other is fuzzed too")
	assert.Regexp(t, `The input is kept, and go test runs it from now on: sub/testdata/fuzz/FuzzFails/\w+\n`, stdout.String())
	kept, err := filepath.Glob(filepath.Join(dir, "sub/testdata/fuzz/FuzzFails/*"))
	require.NoError(t, err)
	assert.Len(t, kept, 1, "where the output says")
}

func TestAModuleWithoutTargetsIsNotFuzzed(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module none\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "none.go"), []byte("package none\n"), 0o644))
	var stdout, stderr bytes.Buffer
	require.EqualError(t, run(t.Context(), &stdout, &stderr, []string{"-C", dir}), "no fuzz target was found")
}
