package driver

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
)

// Runtime is one line of the table.
type Runtime struct {
	Name string
	// Find returns the runtime's driver, or a *Missing that says how to get it. It
	// may build what has to be built, and notes that.
	Find func(context.Context, Options) (Driver, error)
}

// Options are what a driver needs of the session.
type Options struct {
	LogDir string                           // for what programs write to standard error; "": nowhere
	Note   func(format string, args ...any) // nil: nobody is told
}

// Names of the runtimes that others than users speak of.
const (
	Go   = "go" // needs nothing but duet itself
	Rust = "rust"
)

// Runtimes are what a user may ask for. To add one: a program (PROTOCOL.md), and a
// line.
var Runtimes = []Runtime{
	{Go, func(context.Context, Options) (Driver, error) { return &Goroutines{}, nil }},
	python("python", "aiohttp"),
	python("python-uvloop", "aiohttp", "uvloop"),
	python("python-httpx", "httpx"),              // as most programs have it: a client per call, all defaults
	python("python-httpx-tuned", "httpx", tuned), // one client, without proxies and TLS, raw bytes
	{Rust, findRust},
}

// Names are those of the table.
func Names() []string {
	var out []string
	for _, r := range Runtimes {
		out = append(out, r.Name)
	}
	return out
}

// Find returns the drivers of names, and what is missing for the others. The
// error is for what is neither, such as an interrupt.
func Find(ctx context.Context, names []string, o Options) (map[string]Driver, []*Missing, error) {
	if o.Note == nil {
		o.Note = func(string, ...any) {}
	}
	found := map[string]Driver{}
	var missing []*Missing
	for _, name := range names {
		i := slices.IndexFunc(Runtimes, func(r Runtime) bool { return r.Name == name })
		if i < 0 {
			return nil, nil, fmt.Errorf("unknown runtime %q", name)
		}
		d, err := Runtimes[i].Find(ctx, o)
		var m *Missing
		switch {
		case errors.As(err, &m):
			missing = append(missing, m)
		case err != nil:
			return nil, nil, err
		default:
			found[name] = d
		}
	}
	return found, missing, nil
}

//go:embed python/client.py
var pythonClient string

// EnvPython names the interpreter.
const EnvPython = "DUET_PYTHON"

// tuned is what client.py is told besides the modules it is to use.
const tuned = "tuned"

// python is a runtime of client.py, which is told which modules to use, and how.
func python(name string, args ...string) Runtime {
	return Runtime{name, func(ctx context.Context, o Options) (Driver, error) {
		modules := slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == tuned })
		interpreter, err := findPython(ctx, name, modules)
		if err != nil {
			return nil, err
		}
		return &Program{Runtime: name, Command: append([]string{interpreter, "-c", pythonClient}, args...), LogDir: o.LogDir}, nil
	}}
}

// findPython returns the first interpreter that has the modules.
func findPython(ctx context.Context, name string, modules []string) (string, error) {
	var tried []string
	for _, candidate := range candidates() {
		path, err := exec.LookPath(candidate)
		if err != nil || slices.Contains(tried, path) {
			continue
		}
		if tried = append(tried, path); imports(ctx, path, modules) == nil {
			return path, nil
		}
	}
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	why := "no python3 on the PATH"
	if len(tried) > 0 {
		why = fmt.Sprintf("%s cannot import %s", strings.Join(tried, ", "), strings.Join(modules, " and "))
	}
	return "", &Missing{Runtime: name, Why: why, Install: installPython(modules)}
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
	if venv, err := PythonVenv(); err == nil {
		out = append(out, inVenv(venv))
	}
	return out
}

// PythonVenv is where a virtual environment of duet's own may lie: where nobody may
// install for the whole machine, set-up makes it.
func PythonVenv() (string, error) {
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

// MakePythonVenv makes the virtual environment with the libraries of every variant,
// from PyPI, as a user would. What the programs say goes to log.
func MakePythonVenv(ctx context.Context, log io.Writer) error {
	venv, err := PythonVenv()
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

// installPython is the command that gets what is missing.
func installPython(modules []string) string {
	if _, err := os.Stat("/etc/debian_version"); err == nil {
		return "sudo apt-get install --no-install-recommends python3 python3-" + strings.Join(modules, " python3-")
	}
	return "python3 -m pip install " + strings.Join(modules, " ") + " (in a virtual environment)"
}
