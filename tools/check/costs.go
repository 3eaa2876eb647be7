package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// someCosts are the ones that a check has time for; make bench-overhead has all.
const someCosts = "Cost/runtime=(go|python|rust)$/mode/streams=(2|64)$|Sustained/runtime=go$/streams=2$"

// costs measures what some clients cost and prints the table, so that the
// command that users have is known to work. It holds no figure to a limit: those
// of a machine that others use too mean little.
func costs(ctx context.Context, c *checker) error {
	dir, err := os.MkdirTemp("", "duet-check-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "costs.txt")
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	cmd := command(ctx, "go", "test", "-run", "^$", "-bench", someCosts, "-benchtime", "1x", "-timeout", "5m", "./suites/overhead")
	cmd.Stdout, cmd.Stderr = io.MultiWriter(c.stdout, f), c.stderr
	if err := errors.Join(cmd.Run(), f.Close()); err != nil {
		return err
	}
	printed, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !regexp.MustCompile(`(?m)^BenchmarkCost.*cpu-s/Mtok`).Match(printed) {
		return errors.New("no cost was measured")
	}
	return c.goTool(ctx, nil, "run", "./tools/benchfmt", "tables", path)
}
