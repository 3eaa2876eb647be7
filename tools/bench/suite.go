package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// sessionLine is how a suite says where its files are.
const sessionLine = "# session: "

// runSuite runs one suite to its end and returns its session's folder.
func runSuite(ctx context.Context, stdout, stderr io.Writer, o options, bin, suite string) (string, error) {
	args := append([]string{"-test.run=^$", "-test.bench=" + o.bench, "-test.benchtime=1x", "-test.timeout=0"}, o.pass...)
	cmd := exec.CommandContext(ctx, binary(bin, suite), args...)
	if o.prebuilt == "" {
		cmd.Dir = filepath.Join("suites", suite) // as "go test" does
	}
	cmd.Env = append(os.Environ(), "DUET_PROGRESS=log")
	cmd.Stderr = stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 2 * time.Minute // servers take a while to stop
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	fmt.Fprintf(stderr, "running suite %s...\n", suite)
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("suite %s: %w", suite, err)
	}
	dir := relay(stdout, stderr, out)
	err = cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		fmt.Fprintf(stderr, "suite %s: %s\n", suite, exit)
		return dir, status{max(1, exit.ExitCode())}
	}
	return dir, err
}

// relay copies a suite's lines to stdout, whole ones only, and its progress to
// stderr in between. It returns the session's folder.
func relay(stdout, stderr io.Writer, out io.Reader) (dir string) {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for r := bufio.NewReader(out); ; {
			line, err := r.ReadString('\n') // of any length: it may quote a server
			if line != "" {
				lines <- strings.TrimRight(line, "\r\n")
			}
			if err != nil {
				return
			}
		}
	}()
	view := newView(stderr)
	defer view.wipe()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return dir
			}
			if d, ok := strings.CutPrefix(line, sessionLine); ok {
				dir = d
				view.follow(dir)
			}
			if line == "PASS" || line == "FAIL" {
				continue // one a round, and the exit status says it again
			}
			view.wipe()
			fmt.Fprintln(stdout, line)
		case <-tick.C:
			view.update()
		}
	}
}
