// Package drivertest runs tests with every client runtime.
package drivertest

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/driver"
)

// Every calls f, in a subtest, with each runtime of the table. One that is not on
// this machine is skipped; in CI all are there, and a test fails without it.
func Every(t *testing.T, f func(t *testing.T, d driver.Driver)) {
	t.Helper()
	for _, name := range driver.Names() {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(name, "python-") {
				golden.Long(t, "a Python takes a second to start; python is one of its variants")
			}
			f(t, find(t, name))
		})
	}
}

// programs are those found by an earlier test: to look for a Python that has the
// modules takes a second.
var programs sync.Map

func find(t *testing.T, name string) driver.Driver {
	t.Helper()
	if p, ok := programs.Load(name); ok {
		again := p.(driver.Program)
		again.LogDir = t.TempDir()
		return &again
	}
	found, missing, err := driver.Find(t.Context(), []string{name}, driver.Options{LogDir: t.TempDir(), Note: t.Logf})
	switch {
	case err != nil:
		t.Fatal(err)
	case len(missing) > 0 && os.Getenv("CI") != "":
		t.Fatal("in CI every runtime is there: ", missing[0])
	case len(missing) > 0:
		t.Skip(missing[0])
	}
	if p, ok := found[name].(*driver.Program); ok {
		programs.Store(name, *p)
	}
	return found[name]
}
