// Command bench is "make bench": it runs the suites, shows where they are, and
// makes the report.
//
//	go run ./tools/bench                      the whole matrix, simulated
//	go run ./tools/bench -tags ollama         on real servers
//	go run ./tools/bench -suites multi -duet.rounds=10
//
// It builds the suites' test binaries and runs them itself instead of through
// "go test", for two reasons: a signal then reaches the binary that has servers
// to stop, and this command is the only one that writes to the terminal, so
// progress never ends up inside a benchmark's line.
//
// stdout is the benchmark lines and the tables, stderr the progress.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
)

func main() {
	err := run(context.Background(), os.Stdout, os.Stderr, os.Args[1:])
	if code := exitCode(err); code != 0 {
		if !errors.Is(err, errQuiet) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(code)
	}
}
