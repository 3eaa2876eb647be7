// Command benchanalysis is "make bench-analysis": how long it takes from runs
// on disk to tables, beside a pandas script that does the same.
//
//	go run ./tools/benchanalysis                 measure; N=100000 for the size of the promise
//	go run ./tools/benchanalysis generate N DIR  write N synthetic runs below DIR
//
// It makes N synthetic runs and half as many in a temporary folder, then lets
// three programs have them in turn, several times, so that what else the
// machine does meets all of them: one that only walks, opens and reads the
// files (the floor), "benchfmt tables" with every table that the script prints,
// and testdata/bench/tables_pandas.py. It prints medians of wall and CPU time,
// ratios, and the peak of memory at both sizes; then the time per line of
// benchmark lines at 100,000 and 1,000,000.
//
// It needs a python3 with pandas (Debian's, or the one that PYTHON names) and, for peaks of memory, Unix.
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
)

func main() {
	flag.Parse()
	if err := run(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "benchanalysis:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "generate":
		n, err := strconv.Atoi(args[1])
		if err != nil || n < 1 {
			return fmt.Errorf("generate %s: a number of runs from 1", args[1])
		}
		return generate(args[2], n)
	case len(args) == 2 && args[0] == "floor":
		return floor(args[1])
	case len(args) == 0:
		n, err := fromEnv("N", 20_000)
		if err != nil {
			return err
		}
		times, err := fromEnv("TIMES", 5)
		if err != nil {
			return err
		}
		return measure(n, times)
	}
	return fmt.Errorf("usage: benchanalysis [generate N DIR]")
}

func fromEnv(name string, otherwise int) (int, error) {
	s := os.Getenv(name)
	if s == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s=%s: a number from 1", name, s)
	}
	return n, nil
}
