package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// waitForTests is how long an interrupted test may take to stop its servers.
const waitForTests = time.Minute

// envSteps names a file that collects the table of every check of one job, so that
// the last of them ends the log with all (.ci/run).
const envSteps = "DUET_STEPS"

// checker runs steps and keeps what came of them.
type checker struct {
	quick  bool
	vulnDB string          // of govulncheck; "" is its own
	have   map[string]bool // parts that provision found or made
	rows   []string        // a line a step, for the table
	failed []string
	left   []leftOut
}

// leftOut is something that could not be tested here. Where it is allowed, CI
// does without it too.
type leftOut struct {
	what, because, install string
	allowed                bool
}

// checkCommand runs its steps in order and goes on after a failed one, so that one
// call shows all that is wrong. go test's own output is passed through as it
// comes. What could not be tested is named in one block at the end, with the
// command that would install it; with CI=true that is a failure.
func checkCommand(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("check", flag.ContinueOnError)
	quick := set.Bool("quick", false, "only what needs nothing but Go")
	long := set.Bool("long", false, "only what the check without this flag has no time for")
	vuln := set.Bool("vuln", false, "only the known vulnerabilities, which takes a network")
	db := set.String("vulndb", "", "with -vuln: the `address` of another database, such as file:///a/copy")
	if err := set.Parse(args); err != nil {
		return err
	}
	c := &checker{quick: *quick, vulnDB: *db, have: map[string]bool{}}
	plan := append(append([]step{setUp}, quickSteps...), testSteps...)
	switch {
	case *quick:
		plan = quickSteps
	case *long:
		plan = append([]step{setUp}, longSteps...)
	case *vuln:
		plan = vulnSteps
	}
	before := running(ctx)
	for _, s := range plan {
		if ctx.Err() == nil {
			c.run(ctx, s)
		}
	}
	c.run(ctx, step{"nothing left running", func(ctx context.Context, _ *checker) error { return leftRunning(ctx, before) }})
	return c.conclude(ctx)
}

func (c *checker) run(ctx context.Context, s step) {
	fmt.Printf("\n=== %s\n", s.name)
	began := time.Now()
	err := s.run(ctx, c)
	word := "ok"
	if err != nil {
		fmt.Printf("--- %s: %v\n", s.name, err)
		word, c.failed = "FAILED", append(c.failed, s.name)
	}
	c.rows = append(c.rows, fmt.Sprintf("%-7s %-52s %7.1f s\n", word, s.name, time.Since(began).Seconds()))
}

// conclude prints how every step ended and what was left out.
func (c *checker) conclude(ctx context.Context) error {
	table, err := collected(strings.Join(c.rows, ""))
	fmt.Printf("\n=== steps, and seconds\n%s", table)
	printLeftOut(c.left)
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted")
	case len(c.failed) > 0:
		return fmt.Errorf("failed: %s", strings.Join(c.failed, ", "))
	case os.Getenv("CI") == "true" && slices.ContainsFunc(c.left, func(l leftOut) bool { return !l.allowed }):
		return errLeftOut
	}
	return err
}

// collected is the table with those of the checks before it in the same job.
func collected(rows string) (string, error) {
	path := os.Getenv(envSteps)
	if path == "" {
		return rows, nil
	}
	before, err := os.ReadFile(filepath.Clean(path))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return rows, err
	}
	all := string(before) + rows
	return all, os.WriteFile(path, []byte(all), 0o644)
}

func printLeftOut(left []leftOut) {
	if len(left) > 0 {
		fmt.Println("\nLeft out:")
	}
	for _, l := range left {
		fmt.Printf("  %s\n    because: %s\n    to have it: %s\n", l.what, l.because, l.install)
	}
}

// running lists what a test could leave behind: ollama processes and our own
// suites, servers and clients, with their command lines, and labelled containers.
func running(ctx context.Context) map[string]string {
	out := map[string]string{}
	all, err := process.ProcessesWithContext(ctx)
	if err != nil {
		return out
	}
	for _, p := range all {
		name, err := p.NameWithContext(ctx)
		if err != nil || !strings.HasPrefix(strings.ToLower(name), "ollama") {
			continue
		}
		line, _ := p.CmdlineWithContext(ctx)
		out[fmt.Sprint(p.Pid)] = line
	}
	for id := range strings.FieldsSeq(containers(ctx)) {
		out[id] = "container"
	}
	return out
}

// containers are ours by their label; "" where there is no engine.
func containers(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "docker", "ps", "-aq", "--filter", "label=duet.server").Output()
	if err != nil {
		return ""
	}
	return string(out)
}

// leftRunning is an error that names what was not there before the tests. What
// holds a port is one of these.
func leftRunning(ctx context.Context, before map[string]string) error {
	var left []string
	for id, line := range running(context.WithoutCancel(ctx)) {
		if _, ok := before[id]; !ok {
			left = append(left, fmt.Sprintf("%s (%s)", id, line))
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("left behind by the tests: %s", strings.Join(left, ", "))
	}
	return nil
}
