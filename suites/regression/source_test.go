package regression

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the module's folder.
func root(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// change is an edit of one file, as somebody might make it.
type change struct{ file, old, new string }

// source is a copy of the module with changes.
func source(t *testing.T, changes ...change) string {
	t.Helper()
	dir := t.TempDir()
	from := os.DirFS(root(t))
	require.NoError(t, fs.WalkDir(from, ".", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != "." && strings.HasPrefix(e.Name(), ".") || path == "results":
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir():
			return os.MkdirAll(filepath.Join(dir, path), 0o755)
		case !e.Type().IsRegular():
			return nil
		}
		data, err := fs.ReadFile(from, path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, path), data, 0o644)
	}))
	for _, c := range changes {
		edit(t, filepath.Join(dir, c.file), c)
	}
	return dir
}

// edit makes a change, which must still fit the code that it changes.
func edit(t *testing.T, path string, c change) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(data), c.old), "%s has %q not once", c.file, c.old)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(data), c.old, c.new, 1)), 0o644))
}

// build compiles a suite of a copy. Without paths in it, all that the copies have
// in common is compiled once.
func build(t *testing.T, dir, suite string) string {
	t.Helper()
	bin := filepath.Join(dir, suite+".test.exe") // the suffix matters to Windows only
	cmd := exec.CommandContext(t.Context(), "go", "test", "-c", "-trimpath", "-o", bin, "./suites/"+suite)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return bin
}
