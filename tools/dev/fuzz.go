package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

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
