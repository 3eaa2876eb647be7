package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/chimeraforge/duet/internal/progress"
)

// checker runs steps and keeps what came of them.
type checker struct {
	stdout, stderr io.Writer
	quick          bool
	vulnDB         string          // of govulncheck; "" is its own
	have           map[string]bool // parts that provision found or made
	results        []result
	left           []leftOut
}

// result is how a step ended.
type result struct {
	name string
	took time.Duration
	err  error
}

// leftOut is something that could not be tested here.
type leftOut struct{ what, because, install string }

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	set := flag.NewFlagSet("check", flag.ContinueOnError)
	set.SetOutput(stderr)
	quick := set.Bool("quick", false, "only what needs nothing but Go")
	vuln := set.Bool("vuln", false, "only the known vulnerabilities, which takes a network")
	db := set.String("vulndb", "", "with -vuln: the `address` of another database, such as file:///a/copy")
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	c := &checker{stdout: stdout, stderr: stderr, quick: *quick, vulnDB: *db, have: map[string]bool{}}
	before := servers(ctx)
	plan := steps
	if *vuln {
		plan = vulnSteps
	}
	for _, s := range plan {
		if s.slow && c.quick || ctx.Err() != nil {
			continue
		}
		c.step(ctx, s)
	}
	c.step(ctx, step{name: "nothing left running", run: func(ctx context.Context, _ *checker) error {
		return leftRunning(ctx, before)
	}})
	return c.conclude(ctx)
}

func (c *checker) step(ctx context.Context, s step) {
	fmt.Fprintf(c.stdout, "\n=== %s\n", s.name)
	began := time.Now()
	err := s.run(ctx, c)
	if err != nil {
		fmt.Fprintf(c.stdout, "--- %s: %v\n", s.name, err)
	}
	c.results = append(c.results, result{s.name, time.Since(began), err})
}

// conclude prints how every step ended and what was left out.
func (c *checker) conclude(ctx context.Context) error {
	fmt.Fprintln(c.stdout, "\n=== summary")
	failed := []string{}
	for _, r := range c.results {
		word := "ok"
		if r.err != nil {
			word, failed = "FAILED", append(failed, r.name)
		}
		fmt.Fprintf(c.stdout, "%-7s %-48s %s\n", word, r.name, progress.Round(r.took))
	}
	if len(c.left) > 0 {
		fmt.Fprintln(c.stdout, "\nLeft out:")
		for _, l := range c.left {
			fmt.Fprintf(c.stdout, "  %s\n    because: %s\n    install: %s\n", l.what, l.because, l.install)
		}
	}
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted")
	case len(failed) > 0:
		return fmt.Errorf("failed: %s", strings.Join(failed, ", "))
	case len(c.left) > 0 && os.Getenv("CI") == "true":
		return errors.New("something was left out, and CI=true")
	}
	return nil
}
