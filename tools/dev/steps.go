package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// step is one thing to check.
type step struct {
	name string
	run  func(context.Context, *checker) error
}

var setUp = step{"set-up", setUpParts}

// quickSteps are make check; make test has them too.
var quickSteps = []step{
	{"format", format},
	{"modules tidy", goStep(nil, "mod", "tidy", "-diff")},
	{"vet, every tag set", vet},
	{"static analysis", analyse},
	{"workflows", workflows},
	{"every fast test", fastTests},
}

// testSteps are what make test has beyond them.
var testSteps = []step{
	{"known answers, over real sockets", goStep(nil, "test", "-count=1", "-timeout=20m", "./suites/overhead", "./harness/backend/wire")},
	{"tests against a real Ollama", needs("Ollama", realTests)},
	{"a Python client and a real Ollama", needs("Python clients", realSession("DUET_RUNTIMES=python"))},
	{"a Rust client and a real Ollama", needs("Rust client", realSession("DUET_RUNTIMES=rust"))},
	{"a container image of Ollama", needs("Ollama", engine)},
	{"a session in containers", needs("containers", realSession("DUET_SERVERS=container"))},
}

// longSteps are what make test-all has beyond make test.
var longSteps = []step{
	{"vet, every system", vetElsewhere},
	{"build without cgo", goStep([]string{"CGO_ENABLED=0"}, "build", "./...")},
	{"every test, the long ones too", longTests},
	{"fuzzing, a minute in all", func(ctx context.Context, _ *checker) error { return fuzzCommand(ctx, nil) }},
	{"what each client costs, in short", costs},
	{"a slower client turns the gate red", needs("Python clients", goStep(nil, "test", "-count=1", "-v", "-timeout=20m", "./suites/regression"))},
	{"tests of the GPU's library", goStep(nil, "test", "-tags", "gpu", "./harness/sensor/...")},
	{"a container image of Ollama", needs("Ollama", engine)},
	{"the long tests against a real Ollama", needs("Ollama", needs("containers", longRealTests))},
	{"the matrix on two real Ollama servers", needs("Ollama", realTest("TestRealMatrix"))},
	{"a revision against itself on real Ollama servers", needs("Ollama", realTest("TestRealServers"))},
	{"the client runtimes on two real Ollama servers", needs("Python clients", needs("Rust client", realTest("TestRealRuntimes")))},
	{"the multi suite in containers", needs("containers", realTest("TestRealContainers", "TestRealContainersInterrupted"))},
}

// goStep runs the go command.
func goStep(env []string, args ...string) func(context.Context, *checker) error {
	return func(ctx context.Context, _ *checker) error { return goTool(ctx, env, args...) }
}

// needs leaves a step out where a part is missing; that has been said already.
func needs(part string, run func(context.Context, *checker) error) func(context.Context, *checker) error {
	return func(ctx context.Context, c *checker) error {
		if !c.have[part] {
			return nil
		}
		return run(ctx, c)
	}
}

// setUpParts sets up what is missing and learns what could not be.
func setUpParts(ctx context.Context, c *checker) error {
	for _, m := range provision(ctx, allParts()) {
		c.have[m.name] = m.err == nil
		if m.err != nil {
			c.left = append(c.left, m.leftOut())
			continue
		}
		fmt.Printf("%s: %s (%.1f s)\n", m.name, m.detail, m.took.Seconds())
	}
	return ctx.Err()
}

// timed are the packages whose tests are timed, so they run on their own, in
// steps of their own.
func timed(p pkg) bool { return p.in("suites/overhead", "suites/regression") }

// fewer makes fast tests try a fifth of the random cases that a property is tried
// on: a new one is found a few days later, and the long tests try all.
const fewer = "RAPID_CHECKS=20"

// fastTests runs every test that needs nothing but Go, once: in make test with the
// race detector where there is something for it to find.
func fastTests(ctx context.Context, c *checker) error {
	c.sayStudy()
	c.left = append(c.left, leftOut{what: "tests that take long, and everything on real servers that does",
		because: "there is no time for them before every commit", install: "make test-all", allowed: true})
	all, err := packages(ctx, "")
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, timed)
	if c.quick { // which promises to need only Go, so tests may leave the rest out in CI, too
		c.sayMissing(ctx)
		return goTool(ctx, []string{fewer, "CI="}, append([]string{"test"}, paths(all)...)...)
	}
	if !c.have["C compiler"] {
		return goTool(ctx, []string{fewer}, append([]string{"test"}, paths(all)...)...)
	}
	raced, rest, err := concurrent(all)
	if err != nil {
		return err
	}
	return errors.Join(goTool(ctx, []string{fewer}, append([]string{"test"}, paths(rest)...)...),
		goTool(ctx, []string{fewer}, append([]string{"test", "-race"}, paths(raced)...)...))
}

// longTests runs everything with the race detector, and what takes so long that
// fast tests leave it out (golden.Long).
func longTests(ctx context.Context, c *checker) error {
	c.sayStudy()
	all, err := packages(ctx, "")
	if err != nil {
		return err
	}
	args := []string{"test", "-timeout=30m"}
	if c.have["C compiler"] {
		args = append(args, "-race")
	}
	return goTool(ctx, []string{"DUET_LONG=1"}, append(args, paths(slices.DeleteFunc(all, timed))...)...)
}

// sayStudy says that the study's files are not there, which nobody but its authors
// can help: golden.Shared leaves their tests out.
func (c *checker) sayStudy() {
	if _, err := os.Stat("../shared/tr116"); err != nil && os.Getenv("DUET_STUDY") == "" {
		c.left = append(c.left, leftOut{what: "what is computed from the study's own files", because: "they lie neither beside the checkout nor where DUET_STUDY says",
			install: "DUET_STUDY=the folder that holds tr116", allowed: true})
	}
}

// sayMissing names what the tests of the quick check leave out here.
func (c *checker) sayMissing(ctx context.Context) {
	for _, p := range allParts() {
		if needs := p.needs(ctx); len(needs) > 0 && slices.Contains([]string{"Chromium", "Python clients", "Rust client"}, p.name) {
			c.left = append(c.left, leftOut{what: p.name + ", for " + p.purpose, because: "not here", install: p.installCommand(ctx), allowed: true})
		}
	}
}

// realEnv is where the tests with a real Ollama find models: synthetic ones, on
// servers of their own.
var realEnv = []string{"DUET_MODELS=tiny", "DUET_SERVERS=process", "DUET_BUDGET=32"}

// realTests runs the tests that only a build with the tag has, and the smoke tests
// of the suites. Those called TestReal have steps of their own where they are long.
func realTests(ctx context.Context, c *checker) error {
	with, err := packages(ctx, "ollama")
	if err != nil {
		return err
	}
	without, err := packages(ctx, "")
	if err != nil {
		return err
	}
	plain := map[string]int{}
	for _, p := range without {
		plain[p.ImportPath] = len(p.tests())
	}
	with = slices.DeleteFunc(with, func(p pkg) bool {
		return !p.in("suites/single", "suites/multi") && (len(p.tests()) == plain[p.ImportPath] || hasLongReal(p))
	})
	return goTool(ctx, realEnv, append([]string{"test", "-tags", "ollama", "-count=1", "-p=1", "-timeout=20m"}, paths(with)...)...)
}

// realSession measures one cell of the multi suite on real servers.
func realSession(setting string) func(context.Context, *checker) error {
	env := append(slices.Clone(realEnv), setting)
	return goStep(env, "test", "-tags", "ollama", "-count=1", "-v", "-timeout=10m", "-run=^TestSmoke$", "./suites/multi")
}

var realTestNames = regexp.MustCompile(`(?m)^func (TestReal(?:Matrix|Servers|Runtimes|Containers|ContainersInterrupted))\(`)

func hasLongReal(p pkg) bool {
	names, _ := p.find(realTestNames, p.tests())
	return len(names) > 0
}

// longTestNames are tests that fast checks leave out (golden.Long).
var longTestNames = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\) \{\n\tgolden\.Long\(`)

// longRealTests runs those that only a build with the tag has; longTests has run
// the others.
func longRealTests(ctx context.Context, _ *checker) error {
	without, err := packages(ctx, "")
	if err != nil {
		return err
	}
	plain := map[string][]string{}
	for _, p := range without {
		plain[p.ImportPath] = p.tests()
	}
	with, err := packages(ctx, "ollama")
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range with {
		only := slices.DeleteFunc(p.tests(), func(f string) bool { return slices.Contains(plain[p.ImportPath], f) })
		names, err := p.find(longTestNames, only)
		if err == nil && len(names) > 0 {
			err = goTool(ctx, append(slices.Clone(realEnv), "DUET_LONG=1"), "test", "-tags", "ollama", "-count=1", "-timeout=20m", "-v", "-run=^("+strings.Join(names, "|")+")$", p.ImportPath)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// realTest runs long tests on real servers, wherever they are.
func realTest(names ...string) func(context.Context, *checker) error {
	return func(ctx context.Context, _ *checker) error {
		all, err := packages(ctx, "ollama")
		if err != nil {
			return err
		}
		for _, p := range all {
			if found, err := p.find(realTestNames, p.tests()); err != nil || slices.Contains(found, names[0]) {
				return errors.Join(err, goTool(ctx, nil, "test", "-tags", "ollama", "-count=1", "-timeout=40m", "-v", "-run=^("+strings.Join(names, "|")+")$", p.ImportPath))
			}
		}
		return fmt.Errorf("no package has %s", names[0])
	}
}

// engine looks for a container engine and builds the image that the tests with
// containers use. Without an engine they are left out, and that is said.
func engine(ctx context.Context, c *checker) error {
	left := leftOut{what: "containers, for servers in them", install: "Docker Engine (apt-get install docker.io), running"}
	if runtime.GOOS != "linux" {
		left.because = "the image is built from a Linux program"
	} else if _, err := exec.LookPath("docker"); err != nil {
		left.because = err.Error()
	} else if _, err := output(ctx, "docker", "info"); err != nil {
		left.because = lastLine(err.Error())
	}
	if left.because != "" {
		c.left = append(c.left, left)
		return nil
	}
	c.have["containers"] = true
	return imageCommand(ctx, nil)
}
