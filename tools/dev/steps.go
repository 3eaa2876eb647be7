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
	{"the tests that take long", longTests},
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
	all := provision(ctx, allParts())
	for _, m := range all {
		c.have[m.name] = m.err == nil
	}
	c.left = append(c.left, told(all)...)
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
		return goTest(ctx, []string{fewer, "CI="}, nil, all)
	}
	return c.raced(ctx, []string{fewer}, nil, all)
}

// raced runs tests, with the race detector where there is something for it to find.
func (c *checker) raced(ctx context.Context, env, args []string, all []pkg) error {
	if !c.have["C compiler"] {
		return goTest(ctx, env, args, all)
	}
	raced, rest, err := concurrent(all)
	return errors.Join(err, goTest(ctx, env, args, rest), goTest(ctx, env, append(slices.Clone(args), "-race"), raced))
}

// longTests runs what fast tests leave out, or try on fewer cases, and nothing that
// they have run already.
func longTests(ctx context.Context, c *checker) error {
	c.sayStudy()
	long, err := testsOf(ctx, "", func(t test) bool { return t.long && !timed(t.pkg) })
	if err != nil {
		return err
	}
	return c.raced(ctx, []string{"DUET_LONG=1"}, []string{"-timeout=30m", long.run()}, long.packages())
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

// ownStep are long tests on real servers, which have steps of their own.
var ownStep = []string{"TestRealMatrix", "TestRealServers", "TestRealRuntimes", "TestRealContainers", "TestRealContainersInterrupted"}

// realTests runs the tests that only a build with the tag has, and the smoke tests
// of the suites.
func realTests(ctx context.Context, _ *checker) error { return realNamed(ctx, false) }

// longRealTests runs the long ones of them; longTests has run those of any build.
func longRealTests(ctx context.Context, _ *checker) error { return realNamed(ctx, true) }

func realNamed(ctx context.Context, long bool) error {
	plain, err := testsOf(ctx, "", func(test) bool { return true })
	if err != nil {
		return err
	}
	found, err := testsOf(ctx, "ollama", func(t test) bool {
		smoke := !long && t.name == "TestSmoke" && t.pkg.in("suites/single", "suites/multi")
		return smoke || t.long == long && !slices.Contains(ownStep, t.name) && !plain.have(t)
	})
	if err != nil {
		return err
	}
	env := slices.Clone(realEnv)
	if long {
		env = append(env, "DUET_LONG=1")
	}
	return goTest(ctx, env, []string{"-tags", "ollama", "-count=1", "-p=1", "-timeout=20m", found.run()}, found.packages())
}

// realSession measures one cell of the multi suite on real servers.
func realSession(setting string) func(context.Context, *checker) error {
	env := append(slices.Clone(realEnv), setting)
	return goStep(env, "test", "-tags", "ollama", "-count=1", "-v", "-timeout=10m", "-run=^TestSmoke$", "./suites/multi")
}

// realTest runs long tests on real servers, wherever they are.
func realTest(names ...string) func(context.Context, *checker) error {
	return func(ctx context.Context, _ *checker) error {
		found, err := testsOf(ctx, "ollama", func(t test) bool { return slices.Contains(names, t.name) })
		if err == nil && len(found) != len(names) {
			err = fmt.Errorf("no package has one of %v", names)
		}
		if err != nil {
			return err
		}
		return goTest(ctx, nil, []string{"-tags", "ollama", "-count=1", "-timeout=40m", "-v", found.run()}, found.packages())
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

// someCosts are the ones that a check has time for; make bench-overhead has all.
const someCosts = "Cost/runtime=(go|python|rust)$/mode/streams=(2|64)$|Sustained/runtime=go$/streams=2$"

var measured = regexp.MustCompile(`(?m)^BenchmarkCost.*cpu-s/Mtok`)

// costs measures what some clients cost and prints the table, so that the command
// that users have is known to work. It holds no figure to a limit: those of a
// machine that others use too mean little.
func costs(ctx context.Context, _ *checker) error {
	text, err := output(ctx, "go", "test", "-run", "^$", "-bench", someCosts, "-benchtime", "1x", "-timeout", "5m", "./suites/overhead")
	if _, printErr := os.Stdout.WriteString(text + "\n"); err != nil || printErr != nil {
		return errors.Join(err, printErr)
	}
	if !measured.MatchString(text) {
		return errors.New("no cost was measured")
	}
	f, err := os.CreateTemp("", "duet-costs-*.txt")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.WriteString(text + "\n"); err != nil {
		return err
	}
	return errors.Join(f.Close(), goTool(ctx, nil, "run", "./tools/benchfmt", "tables", f.Name()))
}
