package main

import (
	"context"
	"errors"
	"os"
	"regexp"
)

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
