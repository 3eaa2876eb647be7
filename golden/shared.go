package golden

import (
	"os"
	"path/filepath"
	"testing"
)

// Shared is the path of something in the folder shared, which lies beside the
// checkout and holds the study with its raw files. In CI it is always there and
// a test fails without it; elsewhere the test is skipped.
func Shared(t testing.TB, parts ...string) string {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(append([]string{root, "..", "shared"}, parts...)...)
	switch _, err := os.Stat(path); {
	case err == nil:
		return path
	case os.Getenv("CI") != "":
		t.Fatalf("in CI the folder shared lies beside the checkout: %v", err)
	default:
		t.Skipf("needs the folder shared beside the checkout: %v", err)
	}
	return ""
}

// Root is the module's folder: tests run in their package's.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", os.ErrNotExist
		}
	}
}
