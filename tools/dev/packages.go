package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// pkg is a package of the module with the files that a build takes.
type pkg struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
}

// packages lists the module's with a set of tags.
func packages(ctx context.Context, tags string) ([]pkg, error) {
	out, err := output(ctx, "go", "list", "-tags", tags, "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles", "./...")
	if err != nil {
		return nil, err
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

func (p pkg) tests() []string { return slices.Concat(p.TestGoFiles, p.XTestGoFiles) }

// find returns what the first group of a pattern matches in some of its files.
func (p pkg) find(pattern *regexp.Regexp, files []string) ([]string, error) {
	var found []string
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			return nil, err
		}
		for _, m := range pattern.FindAllSubmatch(text, -1) {
			found = append(found, string(m[1]))
		}
	}
	return found, nil
}

// test is a test of a package, found in its source.
type test struct {
	pkg  pkg
	name string
	long bool // fast checks leave it out (golden.Long), or some of its random cases
}

type tests []test

// takesLong is what tests call that do more in a long check.
var takesLong = regexp.MustCompile(`\bgolden\.Long\(|\brapid\.Check\(|\bdrivertest\.Every\(`)

// testsOf lists the module's tests that are wanted, with a set of tags.
func testsOf(ctx context.Context, tags string, wanted func(test) bool) (tests, error) {
	all, err := packages(ctx, tags)
	if err != nil {
		return nil, err
	}
	var found tests
	for _, p := range all {
		for _, file := range p.tests() {
			text, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				return nil, err
			}
			for part := range strings.SplitSeq(string(text), "\nfunc ") {
				name, _, ok := strings.Cut(part, "(t *testing.T) {")
				if t := (test{p, name, takesLong.MatchString(part)}); ok && strings.HasPrefix(name, "Test") && wanted(t) {
					found = append(found, t)
				}
			}
		}
	}
	return found, nil
}

// run is the flag that selects them.
func (all tests) run() string {
	var names []string
	for _, t := range all {
		names = append(names, t.name)
	}
	return "-run=^(" + strings.Join(names, "|") + ")$"
}

func (all tests) packages() (out []pkg) {
	for _, t := range all {
		if !slices.ContainsFunc(out, func(p pkg) bool { return p.ImportPath == t.pkg.ImportPath }) {
			out = append(out, t.pkg)
		}
	}
	return out
}

func (all tests) have(t test) bool {
	return slices.ContainsFunc(all, func(o test) bool { return o.name == t.name && o.pkg.ImportPath == t.pkg.ImportPath })
}

// in reports whether a package is one of the named folders, or below one.
func (p pkg) in(folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return strings.Contains(p.ImportPath+"/", "/"+f+"/") })
}

func paths(all []pkg) []string {
	var out []string
	for _, p := range all {
		out = append(out, p.ImportPath)
	}
	return out
}

// goroutines is what a race needs two of, in gofmt's spelling.
var goroutines = regexp.MustCompile(`(?m)(^\s*go (?:func\b|[\w.]+\()|\.Go\(|"sync/atomic")`)

// concurrent are the packages whose own code starts goroutines or shares memory
// without a lock: the rest have nothing that the race detector could find, and
// under it their tests take five to ten times as long. The whole session
// is with them, because there the goroutines of all others meet. They are found
// and not listed, so a package that begins to be concurrent is watched from then on.
func concurrent(all []pkg) (raced, rest []pkg, err error) {
	for _, p := range all {
		found, err := p.find(goroutines, p.GoFiles)
		if err != nil {
			return nil, nil, err
		}
		program := p.in("tools") // starts processes; what is concurrent is in what it imports
		if session := p.in("harness/session"); session || len(found) > 0 && !program {
			raced = append(raced, p)
		} else {
			rest = append(rest, p)
		}
	}
	return raced, rest, nil
}

// command stops with an interrupt, so that tests can stop their servers.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = waitForTests
	return cmd
}

// goTool runs the go command with its output passed through.
func goTool(ctx context.Context, env []string, args ...string) error {
	cmd := command(ctx, "go", args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// goTest tests packages.
func goTest(ctx context.Context, env, args []string, all []pkg) error {
	if len(all) == 0 { // go test would take the current folder
		return nil
	}
	return goTool(ctx, env, slices.Concat([]string{"test"}, args, paths(all))...)
}

// output runs a command and returns what it prints; the error has its stderr.
func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := command(ctx, name, args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		err = errors.New(name + ": " + strings.TrimSpace(string(exit.Stderr)))
	}
	return strings.TrimSpace(string(out)), err
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// declared is how gofmt leaves a fuzz target's first line.
var declared = regexp.MustCompile(`(?m)^func (Fuzz\w*)\(\w+ \*testing\.F\)`)

// target is one fuzz test.
type target struct{ pkg, name string }

// fuzzCommand fuzzes every target of the module, one after the other, and shares a
// given time out between them; building comes on top. go test takes one target of
// one package, so somebody has to list them: here nobody does. A target that fails
// stays failed: go writes the input below the package's testdata/fuzz and says so,
// and every later go test runs it. Commit it with the repair.
func fuzzCommand(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("fuzz", flag.ContinueOnError)
	total := set.Duration("time", time.Minute, "how long to fuzz, all targets together")
	if err := set.Parse(args); err != nil {
		return err
	}
	all, err := targets(ctx)
	if err != nil || len(all) == 0 {
		return errors.Join(err, errors.New("no fuzz target was found"))
	}
	each := max(time.Second, *total/time.Duration(len(all))) // go needs a while to start
	fmt.Printf("%d targets, %s each\n", len(all), each.Round(time.Millisecond))
	var failed []string
	for _, t := range all {
		if ctx.Err() == nil && t.fuzz(ctx, each) != nil {
			failed = append(failed, t.pkg+"."+t.name)
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("failed: %s", strings.Join(failed, ", "))
	}
	return ctx.Err()
}

// targets reads the test files, because "go test -list" links the tests of every
// package to ask the few that have one.
func targets(ctx context.Context) ([]target, error) {
	all, err := packages(ctx, "")
	if err != nil {
		return nil, err
	}
	var out []target
	for _, p := range all {
		names, err := p.find(declared, p.tests())
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			out = append(out, target{p.ImportPath, name})
		}
	}
	return out, nil
}

// fuzz runs one target. go test sometimes reports its own deadline as a failure
// (golang/go#75804, repaired in 1.27), so an ending with those words and without
// an input is tried once more.
func (t target) fuzz(ctx context.Context, d time.Duration) error {
	text, err := t.once(ctx, d)
	if err != nil && strings.Contains(text, "context deadline exceeded") && !strings.Contains(text, "Failing input written to") {
		text, err = t.once(ctx, d)
	}
	if err != nil {
		fmt.Fprint(os.Stderr, text)
	}
	fmt.Printf("%-24s %s\n", t.name, lastLine(text))
	return err
}

func (t target) once(ctx context.Context, d time.Duration) (string, error) {
	out, err := command(ctx, "go", "test", "-run=^$", "-fuzz=^"+t.name+"$", "-fuzztime="+d.String(), t.pkg).CombinedOutput()
	return string(out), err
}
