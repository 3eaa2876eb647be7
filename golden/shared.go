package golden

import (
	"os"
	"path/filepath"
	"testing"
)

// EnvStudy names the folder that holds the study (tr116) and what was written
// about it. Where it is set, everything must be there.
const EnvStudy = "DUET_STUDY"

// Shared is the path of something of the study's: in the folder that DUET_STUDY
// names, or in the folder shared, which lies beside our checkout and beside nobody
// else's. Without both the test is skipped, and the check says so at its end.
func Shared(t testing.TB, parts ...string) string {
	t.Helper()
	path, err := Study(parts...)
	if err == nil {
		_, err = os.Stat(path)
	}
	if study := os.Getenv(EnvStudy); err != nil && study != "" {
		t.Fatalf("%s=%s lacks something: %v", EnvStudy, study, err)
	}
	if err != nil {
		t.Skipf("needs the study's files, beside the checkout or where %s says: %v", EnvStudy, err)
	}
	return path
}

// Study is the path that Shared looks at, for what is read once for many tests.
func Study(parts ...string) (string, error) {
	folder := os.Getenv(EnvStudy)
	if folder == "" {
		folder = filepath.Join("..", "shared")
	}
	if !filepath.IsAbs(folder) {
		root, err := Root()
		if err != nil {
			return "", err
		}
		folder = filepath.Join(root, folder)
	}
	return filepath.Join(append([]string{folder}, parts...)...), nil
}

// EnvLong asks for the tests that take long; make test-all sets it.
const EnvLong = "DUET_LONG"

// Long leaves a test out, and says so, where there is no time for it. why says
// what takes the time, and what the short tests hold of the same thing.
func Long(t testing.TB, why string) {
	t.Helper()
	if os.Getenv(EnvLong) == "" {
		t.Skipf("long: %s; make test-all runs it (%s=1)", why, EnvLong)
	}
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
