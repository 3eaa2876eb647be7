package results

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestANewFolderIsSyncedWhereItIsNamed: a folder's name stands in the folder above
// it, so that is what must reach the disk, from the outermost in.
func TestANewFolderIsSyncedWhereItIsNamed(t *testing.T) {
	root := t.TempDir()
	for _, test := range []struct {
		name, dir string
		want      []string
	}{
		{"nothing is made", "", nil},
		{"one folder", "a", []string{""}},
		{"three folders", "a/b/c", []string{"", "a", "a/b"}},
	} {
		var want []string
		for _, w := range test.want {
			want = append(want, filepath.Join(root, w))
		}
		assert.Equal(t, want, missing(filepath.Join(root, test.dir)), test.name)
	}
	require.NoError(t, makeFolder(filepath.Join(root, "a", "b")))
	assert.DirExists(t, filepath.Join(root, "a", "b"))
	assert.Equal(t, []string{filepath.Join(root, "a", "b")}, missing(filepath.Join(root, "a", "b", "c")))
	require.NoError(t, os.WriteFile(filepath.Join(root, "file"), nil, 0o644))
	assert.Error(t, makeFolder(filepath.Join(root, "file", "x")))
}
