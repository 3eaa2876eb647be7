// Package golden compares a test's text with a file kept beside the test, and
// says how to renew the file when the change was meant.
//
// Files lie in testdata/golden of the package under test. They hold no times,
// no host names and only fixed decimals, so that they are the same everywhere.
package golden

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("golden.update", false, "rewrite golden files with what the tests produce")

// Dir is the folder of golden files, relative to the package under test.
const Dir = "testdata/golden"

// Assert fails the test when got differs from the golden file called name, an
// extension included. With -golden.update it writes the file instead.
func Assert(t testing.TB, name, got string) {
	t.Helper()
	AssertFile(t, filepath.Join(filepath.FromSlash(Dir), filepath.FromSlash(name)), got)
}

// AssertFile is Assert for a file that lies elsewhere, because others read it too.
func AssertFile(t testing.TB, file, got string) {
	t.Helper()
	if *update {
		write(t, file, got)
		return
	}
	want, err := os.ReadFile(file)
	name := filepath.Base(file)
	if err != nil {
		t.Errorf("golden %s: %v\nto write it:\n\t%s", name, err, command(t))
		return
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("golden %s differs (-want +got):\n%s\nif the change is meant:\n\t%s", name, diff, command(t))
	}
}

func write(t testing.TB, file, got string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
}

// command is the line that renews the golden files of the running test.
func command(t testing.TB) string {
	test, _, _ := strings.Cut(t.Name(), "/")
	return fmt.Sprintf("go test %s -run '^%s$' -golden.update", pkg(), test)
}

// pkg is the running test's package as a path from the module's root: tests
// run in their package's folder.
func pkg() string {
	root, err := Root()
	dir, errDir := os.Getwd()
	rel, errRel := filepath.Rel(root, dir)
	if errors.Join(err, errDir, errRel) != nil {
		return "."
	}
	return "./" + strings.TrimPrefix(filepath.ToSlash(rel), "./")
}

// AssertPart fails the test when the part of a file between two marker lines,
// "<!-- begin NAME" and "<!-- end NAME", differs from got: a list in a page of
// documentation that code has to be like. With -golden.update it writes the part.
func AssertPart(t testing.TB, file, name, got string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "<!-- begin "+name)
	start, rest, ok2 := strings.Cut(rest, "\n")
	have, _, ok3 := strings.Cut(rest, "<!-- end "+name)
	switch {
	case !ok || !ok2 || !ok3:
		t.Fatalf("%s has no part %q", file, name)
	case *update:
		old := "<!-- begin " + name + start + "\n" + have
		whole := strings.Replace(string(text), old, "<!-- begin "+name+start+"\n"+got, 1)
		if err := os.WriteFile(file, []byte(whole), 0o644); err != nil {
			t.Fatal(err)
		}
	case have != got:
		t.Errorf("%s, part %q differs (-want +got):\n%s\nif the change is meant:\n\t%s", file, name, cmp.Diff(have, got), command(t))
	}
}
