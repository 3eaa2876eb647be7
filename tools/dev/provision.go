package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/internal/browsertest"
)

// part is one thing that tests need.
type part struct {
	name, purpose string                                // purpose: what cannot be tested without it
	needs         func(context.Context) []string        // Debian's packages that are missing for it
	make          func(context.Context) (string, error) // makes it, or finds it, and says where it is
	elsewhere     string                                // how to get it where there is no Debian
}

// made is a part, where it is, or why it is not.
type made struct {
	part
	detail string
	err    error
	took   time.Duration
}

// errLeftOut is returned where nothing may be left out: CI=true.
var errLeftOut = errors.New("something is left out, and CI=true")

// provisionCommand sets up what "make test" needs to test with a real Ollama, in a
// real browser and with every client runtime, and says what it could not set up.
// On Debian, as root, it installs packages; what has none it builds into the
// user's cache folder. A second call finds everything and takes a moment.
func provisionCommand(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("provision", flag.ContinueOnError)
	printOllama := set.Bool("print-ollama", false, "print the path of the ollama program that tests would use, and do nothing else")
	static := set.Bool("static", false, "build the statically linked Ollama that make image packs, whatever other is here, and do nothing else")
	clients := set.Bool("clients", false, "set up the client runtimes alone, for make bench RUNTIMES=…")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *printOllama {
		path, _, err := process.Find()
		if err == nil {
			fmt.Println(path)
		}
		return err
	}
	parts := allParts()
	switch {
	case *static:
		parts = []part{staticOllama}
	case *clients:
		parts = clientParts
	}
	left := told(provision(ctx, parts))
	printLeftOut(left)
	if len(left) > 0 && os.Getenv("CI") == "true" {
		return errLeftOut
	}
	return nil
}

// provision makes everything available that it can: what is missing of Debian in
// one call, then all parts at once, since some of their builds keep one core busy
// and some both.
func provision(ctx context.Context, parts []part) []made {
	installed := install(ctx, parts)
	out := make([]made, len(parts))
	var all sync.WaitGroup
	for i, p := range parts {
		all.Go(func() {
			began := time.Now()
			detail, err := p.make(ctx)
			if err != nil && installed != nil {
				err = fmt.Errorf("%w; %w", err, installed)
			}
			out[i] = made{p, detail, err, time.Since(began)}
		})
	}
	all.Wait()
	return out
}

// install gets all missing packages in one call, without a question and without
// more than they need. Where one of them is unknown, none is installed by that, so
// then every part tries its own.
func install(ctx context.Context, parts []part) error {
	var all []string
	for _, p := range parts {
		all = append(all, p.needs(ctx)...)
	}
	if len(all) == 0 || !onDebian() || os.Geteuid() != 0 {
		return nil
	}
	say("installing %s", strings.Join(all, " "))
	if err := apt(ctx, "update"); err != nil {
		return err
	}
	if apt(ctx, aptInstall(all)...) == nil {
		return nil
	}
	var errs []error
	for _, p := range parts {
		if needs := p.needs(ctx); len(needs) > 0 {
			errs = append(errs, apt(ctx, aptInstall(needs)...))
		}
	}
	return errors.Join(errs...)
}

func apt(ctx context.Context, args ...string) error {
	return quietly(command(ctx, "apt-get", append([]string{"-q", "-y"}, args...)...), "DEBIAN_FRONTEND=noninteractive")
}

func aptInstall(packages []string) []string {
	return append([]string{"install", "--no-install-recommends"}, packages...)
}

func onDebian() bool {
	_, err := os.Stat("/etc/debian_version")
	return err == nil
}

// installCommand is what a person would type.
func (p part) installCommand(ctx context.Context) string {
	needs := p.needs(ctx)
	switch {
	case len(needs) > 0 && onDebian():
		return "sudo apt-get " + strings.Join(aptInstall(needs), " ")
	case p.elsewhere != "":
		return p.elsewhere
	case runtime.GOOS == "darwin":
		return "xcode-select --install"
	default:
		return "the system's packages for " + p.name
	}
}

// told prints what is there, and returns what is not.
func told(parts []made) (left []leftOut) {
	for _, m := range parts {
		if m.err == nil {
			fmt.Printf("%s: %s (%.1f s)\n", m.name, m.detail, m.took.Seconds())
			continue
		}
		left = append(left, leftOut{what: m.name + ", for " + m.purpose, because: m.err.Error(), install: m.installCommand(context.Background())})
	}
	return left
}

// say is progress, for humans.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// quietly runs a command; only where it fails is there something to read.
func quietly(cmd *exec.Cmd, env ...string) error {
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return fmt.Errorf("%s: %w\n  | %s", strings.Join(cmd.Args, " "), err, strings.Join(lines[max(0, len(lines)-15):], "\n  | "))
}

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
