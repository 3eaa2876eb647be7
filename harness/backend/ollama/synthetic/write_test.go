package synthetic

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFilesAreTheSameEverywhere holds the digests: a model whose bytes change
// is another model, and numbers of before and after cannot be compared.
func TestFilesAreTheSameEverywhere(t *testing.T) {
	dir := t.TempDir()
	table := ""
	for _, name := range Names() {
		_, sum, err := Write(dir, name)
		require.NoError(t, err)
		table += fmt.Sprintf("\t%q: %q,\n", name, sum)
		assert.Equal(t, digests[name], sum, name)
	}
	if t.Failed() {
		t.Logf("if the models were meant to change, put this into digests.go:\n%s", table)
	}
}

func TestWriteDoesNotDependOnParallelism(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	_, sum, err := Write(t.TempDir(), "duet-tiny-llama")
	require.NoError(t, err)
	assert.Equal(t, digests["duet-tiny-llama"], sum)
}

func TestWriteLeavesARightFileAlone(t *testing.T) {
	dir := t.TempDir()
	path, _, err := Write(dir, "duet-tiny-qwen2")
	require.NoError(t, err)
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	require.NoError(t, os.Chtimes(path, old, old))

	_, _, err = Write(dir, "duet-tiny-qwen2")
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.True(t, info.ModTime().Equal(old), "the file was written again")
}

func TestWriteRepairsABrokenFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "duet-tiny-qwen2.gguf"), []byte("GGUF, half of it"), 0o644))
	_, sum, err := Write(dir, "duet-tiny-qwen2")
	require.NoError(t, err)
	assert.Equal(t, digests["duet-tiny-qwen2"], sum)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "a temporary file was left behind")
}

func TestWriteRefusesOtherNames(t *testing.T) {
	for _, name := range []string{"", "qwen2", "duet-tiny-", "duet-tiny-phi", "duet-tiny-../../x", "duet-tiny-qwen2:7b"} {
		_, _, err := Write(t.TempDir(), name)
		assert.ErrorContains(t, err, "allowed: duet-tiny-qwen2, duet-tiny-gemma3, duet-tiny-llama", "%q", name)
	}
}
