package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// step is one thing to check.
type step struct {
	name string
	slow bool // not part of -quick
	run  func(context.Context, *checker) error
}

// tagSets are the builds that must hold, and systems where Ollama's users are.
var (
	tagSets = []string{"", "ollama", "gpu"}
	systems = []string{"linux", "darwin", "windows"}
)

// staticcheck is pinned here and not in go.mod, so that nobody who only measures
// downloads it.
const staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"

var steps = []step{
	{name: "set-up", slow: true, run: provision},
	{name: "format", run: format},
	{name: "modules tidy", run: func(ctx context.Context, c *checker) error { return c.goTool(ctx, nil, "mod", "tidy", "-diff") }},
	{name: "vet, every tag set and system", run: vet},
	{name: "build without cgo", run: func(ctx context.Context, c *checker) error {
		return c.goTool(ctx, []string{"CGO_ENABLED=0"}, "build", "./...")
	}},
	{name: "static analysis", run: analyse},
	{name: "workflows", run: workflows},
	{name: "tests", run: tests},
	{name: "fuzzing, a minute in all", slow: true, run: func(ctx context.Context, c *checker) error {
		return c.goTool(ctx, nil, "run", "./tools/fuzz")
	}},
	{name: "known answers, over real sockets", run: func(ctx context.Context, c *checker) error {
		return c.goTool(ctx, nil, "test", "-count=1", "-v", "-timeout", "20m", "./suites/overhead", "./harness/backend/wire")
	}},
	{name: "what each client costs, in short", slow: true, run: costs},
	{name: "a slower client turns the gate red", slow: true, run: regression},
	{name: "a container image of Ollama", slow: true, run: engine},
	{name: "tests of the GPU's library", slow: true, run: func(ctx context.Context, c *checker) error {
		return c.goTool(ctx, nil, "test", "-tags", "gpu", "./harness/sensor/...")
	}},
	{name: "tests against a real Ollama", slow: true, run: realTests},
	{name: "the multi suite in containers", slow: true, run: realContainers},
	{name: "the matrix on two real Ollama servers", slow: true, run: realTest("./tools/duet/internal/bench", "TestRealMatrix")},
	{name: "a revision against itself on real Ollama servers", slow: true, run: realTest("./tools/duet/internal/ab", "TestRealServers")},
	{name: "the client runtimes on two real Ollama servers", slow: true, run: realRuntimes},
}

// provision sets up what is missing and learns what could not be.
func provision(ctx context.Context, c *checker) error {
	dir, err := os.MkdirTemp("", "duet-check-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "provision.json")
	// Without CI: what is left out is this command's to judge, at the end.
	if err := c.goTool(ctx, []string{"CI="}, "run", "./tools/provision", "-report", path); err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return c.learn(data)
}

// learn takes provision's report.
func (c *checker) learn(data []byte) error {
	var report struct {
		Parts []struct {
			Name, For, Detail, Install string
			Available                  bool
		}
	}
	if err := json.Unmarshal(data, &report); err != nil {
		return fmt.Errorf("read provision's report: %w", err)
	}
	for _, p := range report.Parts {
		c.have[p.Name] = p.Available
		if !p.Available {
			c.left = append(c.left, leftOut{p.Name + ", for " + p.For, p.Detail, p.Install})
		}
	}
	return nil
}

func format(ctx context.Context, c *checker) error {
	out, err := c.output(ctx, "gofmt", "-l", ".")
	if err != nil {
		return err
	}
	if out != "" {
		return errors.New("not formatted: " + strings.Join(strings.Fields(out), " "))
	}
	return nil
}

func vet(ctx context.Context, c *checker) error {
	var errs []error
	for _, system := range systems {
		for _, tags := range tagSets {
			if err := c.goTool(ctx, []string{"GOOS=" + system, "CGO_ENABLED=0"}, "vet", "-tags", tags, "./..."); err != nil {
				errs = append(errs, fmt.Errorf("GOOS=%s -tags %q: %w", system, tags, err))
			}
		}
	}
	return errors.Join(errs...)
}

func analyse(ctx context.Context, c *checker) error {
	if _, err := c.output(ctx, "go", "run", staticcheck, "-version"); err != nil {
		c.left = append(c.left, leftOut{"static analysis", "staticcheck cannot be built here: " + lastLine(err.Error()), "go install " + staticcheck})
		return nil
	}
	var errs []error
	for _, tags := range tagSets {
		errs = append(errs, c.goTool(ctx, nil, "run", staticcheck, "-tags", tags, "./..."))
	}
	return errors.Join(errs...)
}

// tests runs everything that needs nothing but Go, with the race detector where
// there is a C compiler for it (provision says so where there is none). What is timed runs on its own, in its own step.
func tests(ctx context.Context, c *checker) error {
	all, err := c.packages(ctx, "")
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(p string) bool {
		return strings.HasSuffix(p, "/suites/overhead") || strings.HasSuffix(p, "/suites/regression")
	})
	args := []string{"test"}
	if c.hasCompiler(ctx) {
		args = append(args, "-race")
	}
	return c.goTool(ctx, nil, append(args, all...)...)
}

// regression needs a Python client; that it is missing has been said.
func regression(ctx context.Context, c *checker) error {
	if !c.have["Python clients"] {
		return nil
	}
	return c.goTool(ctx, nil, "test", "-count=1", "-v", "-timeout", "20m", "./suites/regression")
}

// realEnv is where the tests with a real Ollama find models: synthetic ones, on
// servers of their own.
var realEnv = []string{"DUET_MODELS=tiny", "DUET_SERVERS=process", "DUET_BUDGET=32"}

// realTests runs the tests that only a build with the tag has, and the smoke
// tests of the suites.
func realTests(ctx context.Context, c *checker) error {
	if !c.haveOllama() {
		return nil
	}
	packages, err := c.taggedPackages(ctx)
	if err != nil {
		return err
	}
	args := []string{"test", "-tags", "ollama", "-count=1", "-p=1", "-timeout=20m"}
	return c.goTool(ctx, realEnv, append(args, packages...)...)
}

// realTest runs one of the long tests on real servers.
func realTest(pkg, test string) func(context.Context, *checker) error {
	return func(ctx context.Context, c *checker) error {
		if !c.haveOllama() {
			return nil
		}
		return c.goTool(ctx, nil, "test", "-tags", "ollama", "-count=1", "-timeout=40m", "-v", "-run=^"+test+"$", pkg)
	}
}

// realRuntimes needs the runtimes too; what is missing has been said.
func realRuntimes(ctx context.Context, c *checker) error {
	if !c.have["Python clients"] || !c.have["Rust client"] {
		return nil
	}
	return realTest("./tools/duet/internal/bench", "TestRealRuntimes")(ctx, c)
}

// haveOllama reports what provision said; without its step nothing is assumed.
func (c *checker) haveOllama() bool { return c.have["Ollama"] }
