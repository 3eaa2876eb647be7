package results

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestArraysOfNumbersAreOnOneLineAndNothingElseIs(t *testing.T) {
	got, err := Encode(map[string]any{
		"deltas": []int{1, -2, 3}, "rates": []float64{1.5, 1e-9}, "words": []string{"1", "[\n2\n]"}, "none": []int{},
		"mixed": []any{1, nil}, "deep": [][]int{{1}, {2, 3}}, "text": "[\n1,\n2\n]",
	})
	require.NoError(t, err)
	assert.Equal(t, `{
  "deep": [
    [1],
    [2,3]
  ],
  "deltas": [1,-2,3],
  "mixed": [
    1,
    null
  ],
  "none": [],
  "rates": [1.5,1e-9],
  "text": "[\n1,\n2\n]",
  "words": [
    "1",
    "[\n2\n]"
  ]
}
`, string(got))
}

// FuzzJoinNumbers holds the scan to what it stands for.
func FuzzJoinNumbers(f *testing.F) {
	f.Add(`{"a":[1,2],"b":["x",[3e-9]],"c":"[\n1]"}`)
	f.Add(`[[[]],[null],[true,1]]`)
	numbers := regexp.MustCompile(`\[\n[\s\d.,eE+-]*\]`)
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		if json.Indent(&b, []byte(text), "", "  ") != nil {
			return
		}
		want := numbers.ReplaceAllFunc(b.Bytes(), func(m []byte) []byte { return bytes.Join(bytes.Fields(m), nil) })
		assert.Equal(t, string(want), string(joinNumbers(b.Bytes())))
	})
}

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
