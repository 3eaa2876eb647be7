package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
)

// least is how long a target is fuzzed at any rate: go needs a while to start.
const least = time.Second

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	set := flag.NewFlagSet("fuzz", flag.ContinueOnError)
	set.SetOutput(stderr)
	total := set.Duration("time", time.Minute, "how long to fuzz, all targets together")
	dir := set.String("C", ".", "the `folder` of the module")
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	all, err := targets(ctx, *dir)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errors.New("no fuzz target was found")
	}
	each := max(least, *total/time.Duration(len(all)))
	fmt.Fprintf(stdout, "%d targets, %s each\n", len(all), each.Round(time.Millisecond))
	return fuzzAll(ctx, stdout, *dir, all, each)
}

// fuzzAll goes on after a target that fails, so that one call shows all of them.
func fuzzAll(ctx context.Context, stdout io.Writer, module string, all []target, each time.Duration) error {
	var failed []string
	for _, t := range all {
		o := t.fuzz(ctx, module, each)
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		fmt.Fprintf(stdout, "%-7s %-22s %-32s %6.1f s  %s\n", o.word(), t.name, t.dir, o.took.Seconds(), o.executions())
		if o.err == nil {
			continue
		}
		failed = append(failed, t.dir+"."+t.name)
		fmt.Fprintf(stdout, "\n%s\n", o.output)
		if o.input != "" {
			fmt.Fprintf(stdout, "The input is kept, and go test runs it from now on: %s\n\n", filepath.Join(t.dir, o.input))
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("failed: %s", strings.Join(failed, ", "))
	}
	return nil
}
