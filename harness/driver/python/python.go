// Package python drives agents with Python's asyncio: client.py in an
// interpreter of the user's.
package python

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/external"
)

//go:embed client.py
var source string

// EnvPython names the interpreter.
const EnvPython = "DUET_PYTHON"

// Variant is a client that client.py knows.
type Variant struct {
	Name    string   // the runtime's, in the matrix
	Args    []string // of client.py
	Modules []string // to be imported
	// Packages are what has the modules, of Debian and of PyPI.
	Debian, PyPI []string
}

// Asyncio's clients. Aiohttp is the one a careful program would use.
var (
	Aiohttp    = Variant{"python", []string{"aiohttp"}, []string{"aiohttp"}, []string{"python3-aiohttp"}, []string{"aiohttp"}}
	Uvloop     = Variant{"python-uvloop", []string{"aiohttp", "uvloop"}, []string{"aiohttp", "uvloop"}, []string{"python3-aiohttp", "python3-uvloop"}, []string{"aiohttp", "uvloop"}}
	Httpx      = Variant{"python-httpx", []string{"httpx"}, []string{"httpx"}, []string{"python3-httpx"}, []string{"httpx"}}
	HttpxTuned = Variant{"python-httpx-tuned", []string{"httpx", "tuned"}, []string{"httpx"}, []string{"python3-httpx"}, []string{"httpx"}}
)

// Variants are all of them.
var Variants = []Variant{Aiohttp, Uvloop, Httpx, HttpxTuned}

// New returns the driver of a variant, or driver.Missing.
func New(ctx context.Context, v Variant) (*external.Program, error) {
	interpreter, err := find(ctx, v)
	if err != nil {
		return nil, err
	}
	return &external.Program{Runtime: v.Name, Command: append([]string{interpreter, "-c", source}, v.Args...)}, nil
}

// find returns the first interpreter that has the modules.
func find(ctx context.Context, v Variant) (string, error) {
	var tried []string
	for _, candidate := range candidates() {
		path, err := exec.LookPath(candidate)
		if err != nil || slices.Contains(tried, path) {
			continue
		}
		if tried = append(tried, path); imports(ctx, path, v.Modules) == nil {
			return path, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return "", context.Cause(ctx)
	}
	why := "no python3 on the PATH"
	if len(tried) > 0 {
		why = fmt.Sprintf("%s cannot import %s", strings.Join(tried, ", "), strings.Join(v.Modules, " and "))
	}
	return "", &driver.Missing{Runtime: v.Name, Why: why, Install: install(v)}
}

// candidates are the interpreters to ask, the user's own word first.
func candidates() []string {
	if named := os.Getenv(EnvPython); named != "" {
		return []string{named}
	}
	var out []string
	if venv := os.Getenv("VIRTUAL_ENV"); venv != "" {
		out = append(out, inVenv(venv))
	}
	out = append(out, "python3", "python", "/usr/bin/python3")
	if venv, err := Venv(); err == nil {
		out = append(out, inVenv(venv))
	}
	return out
}

// Venv is where a virtual environment of duet's own may lie: where nobody may
// install for the whole machine, set-up makes it.
func Venv() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder for a virtual environment: %w", err)
	}
	return filepath.Join(cache, "duet", "clients", "python"), nil
}

// inVenv is the interpreter of a virtual environment.
func inVenv(venv string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(venv, "Scripts", "python.exe")
	}
	return filepath.Join(venv, "bin", "python")
}

// MakeVenv makes the virtual environment with the libraries of every variant,
// from PyPI, as a user would. What the programs say goes to log.
func MakeVenv(ctx context.Context, log io.Writer) error {
	venv, err := Venv()
	if err != nil {
		return err
	}
	for _, args := range [][]string{
		{"python3", "-m", "venv", venv},
		{inVenv(venv), "-m", "pip", "install", "--disable-pip-version-check", "aiohttp>=3.8.4,<4", "httpx>=0.23.3,<1", "uvloop>=0.17"},
	} {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
		}
	}
	return nil
}

// probeTime is enough for an interpreter and its modules from a cold disk.
const probeTime = 30 * time.Second

func imports(ctx context.Context, interpreter string, modules []string) error {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	check := "import sys\nsys.path[:] = [p for p in sys.path if p]\nassert sys.version_info >= (3, 9)\nimport " + strings.Join(modules, ", ")
	err := exec.CommandContext(ctx, interpreter, "-c", check).Run()
	return errors.Join(err, ctx.Err())
}

// install is the command that gets what is missing.
func install(v Variant) string {
	if _, err := os.Stat("/etc/debian_version"); err == nil {
		return "sudo apt-get install --no-install-recommends python3 " + strings.Join(v.Debian, " ")
	}
	return "python3 -m pip install " + strings.Join(v.PyPI, " ") + " (in a virtual environment)"
}
