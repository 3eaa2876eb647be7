package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/internal/browsertest"
)

// allParts are those that make test looks for, in the order of need.
func allParts() []part {
	parts := []part{
		{name: "C compiler", purpose: "the absence of data races", needs: without("gcc", "gcc", "libc6-dev"), make: lookUp("gcc")},
		ollama,
		{name: "Chromium", purpose: "the look of the report", needs: chromiumNeeds, make: findChromium,
			elsewhere: "https://www.google.com/chrome, and name it with " + browsertest.EnvBinary},
	}
	if runtime.GOOS == "linux" { // where containers and bundles are made
		parts = append(parts,
			part{name: "busybox", purpose: "the bundle in an empty container", needs: without("busybox", "busybox-static"), make: lookUp("busybox")},
			part{name: "shellcheck", purpose: "shell scripts and the shell lines of workflows", needs: without("shellcheck", "shellcheck"), make: lookUp("shellcheck")})
	}
	return append(parts, clientParts...)
}

// clientParts are the client runtimes other than Go.
var clientParts = []part{
	{name: "Python clients", purpose: "the runtimes called python", needs: pythonNeeds, make: makePython,
		elsewhere: "python3 -m venv venv && venv/bin/pip install aiohttp httpx uvloop, and name it with " + driver.EnvPython},
	{name: "Rust client", purpose: "the runtime called rust", needs: driver.RustPackages, make: makeRust, elsewhere: "https://rustup.rs"},
}

// without names packages where a program is not on PATH.
func without(program string, packages ...string) func(context.Context) []string {
	return func(context.Context) []string {
		if _, err := exec.LookPath(program); err == nil {
			return nil
		}
		return packages
	}
}

func lookUp(program string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return exec.LookPath(program) }
}

// chromiumNeeds is a browser that looks at the report, with letters to draw.
func chromiumNeeds(context.Context) []string {
	if browsertest.Find() != "" {
		return nil
	}
	return []string{"chromium", "fonts-dejavu-core"}
}

func findChromium(context.Context) (string, error) {
	if path := browsertest.Find(); path != "" {
		return path, nil
	}
	return "", errors.New("no Chromium on PATH, and none named by " + browsertest.EnvBinary)
}

func pythonNeeds(ctx context.Context) []string {
	if _, err := findPython(ctx); err == nil {
		return nil
	}
	return []string{"python3", "python3-aiohttp", "python3-httpx", "python3-uvloop"}
}

// findPython is an interpreter that has the libraries of every variant.
func findPython(ctx context.Context) (path string, err error) {
	for _, name := range driver.Names() {
		if !strings.HasPrefix(name, "python") {
			continue
		}
		if path, err = client(ctx, name); err != nil {
			return "", fmt.Errorf("no python3 for %s: %w", name, err)
		}
	}
	return path, nil
}

// makePython makes a virtual environment in the cache folder where packages could
// not be installed for the whole machine.
func makePython(ctx context.Context) (string, error) {
	path, err := findPython(ctx)
	if err == nil || os.Getenv(driver.EnvPython) != "" {
		return path, err
	}
	say("making a virtual environment for the Python clients")
	var log strings.Builder
	if venv := driver.MakePythonVenv(ctx, &log); venv != nil {
		return "", fmt.Errorf("%w; %w: %s", err, venv, lastLine(log.String()))
	}
	return findPython(ctx)
}

// makeRust builds the client's program, once.
func makeRust(ctx context.Context) (string, error) { return client(ctx, driver.Rust) }

// client is the program of a client runtime. Its error is without the command that a
// part names by itself.
func client(ctx context.Context, name string) (string, error) {
	found, missing, err := driver.Find(ctx, []string{name}, driver.Options{Note: say})
	switch {
	case err != nil:
		return "", err
	case len(missing) > 0:
		return "", errors.New(missing[0].Why)
	}
	return found[name].(*driver.Program).Command[0], nil
}
