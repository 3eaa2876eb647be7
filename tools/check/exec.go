package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// goTool runs the go command with its output passed through.
func (c *checker) goTool(ctx context.Context, env []string, args ...string) error {
	cmd := command(ctx, "go", args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = c.stdout, c.stderr
	return cmd.Run()
}

// output runs a command and returns what it prints; the error has its stderr.
func (c *checker) output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := command(ctx, name, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(stdout.String()), nil
}

// command stops with an interrupt, so that tests can stop their servers.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	return cmd
}

func (c *checker) hasCompiler(ctx context.Context) bool {
	cc, err := c.output(ctx, "go", "env", "CC")
	if err != nil || cc == "" {
		return false
	}
	_, err = exec.LookPath(strings.Fields(cc)[0])
	return err == nil
}

func (c *checker) packages(ctx context.Context, tags string) ([]string, error) {
	out, err := c.output(ctx, "go", "list", "-tags", tags, "./...")
	return strings.Fields(out), err
}

// taggedPackages lists the suites and the packages that have more test files
// with the tag than without; bench and ab of tools/duet have their own steps, because
// their other tests are of the simulator and must not find realEnv.
func (c *checker) taggedPackages(ctx context.Context) ([]string, error) {
	const format = "{{.ImportPath}} {{len .TestGoFiles}} {{len .XTestGoFiles}}"
	without, err := c.output(ctx, "go", "list", "-f", format, "./...")
	if err != nil {
		return nil, err
	}
	with, err := c.output(ctx, "go", "list", "-tags", "ollama", "-f", format, "./...")
	if err != nil {
		return nil, err
	}
	plain := strings.Split(without, "\n")
	var out []string
	for line := range strings.SplitSeq(with, "\n") {
		path, _, _ := strings.Cut(line, " ")
		suite := strings.HasSuffix(path, "/suites/single") || strings.HasSuffix(path, "/suites/multi")
		ownStep := strings.HasSuffix(path, "/duet/internal/bench") || strings.HasSuffix(path, "/duet/internal/ab")
		if suite || !slices.Contains(plain, line) && !ownStep {
			out = append(out, path)
		}
	}
	return out, nil
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
