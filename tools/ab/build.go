package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// module is the path of duet's own packages.
const module = "github.com/chimeraforge/duet"

// onlyRound is the setting without which a revision cannot be measured in turn.
const onlyRound = "-duet.only-round"

// build makes the suites of both sides from their own sources, in a folder that
// remove takes away. The checkouts are gone when it returns.
func (x *comparison) build(ctx context.Context, stderr io.Writer) (remove func(), err error) {
	dir, err := os.MkdirTemp("", "duet-ab-*")
	if err != nil {
		return nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	for _, s := range x.sides {
		s.bin = filepath.Join(dir, s.rev.commit) // the same revision is built once
		if _, err := os.Stat(s.bin); err == nil {
			continue
		}
		fmt.Fprintf(stderr, "building the suites of %s (%s)...\n", s.rev.label, s)
		if err := x.buildOne(ctx, stderr, s, filepath.Join(dir, "checkout")); err != nil {
			remove()
			return nil, fmt.Errorf("build the %s side, %s: %w", s, s.rev.label, err)
		}
	}
	return remove, nil
}

func (x *comparison) buildOne(ctx context.Context, stderr io.Writer, s *side, checkout string) error {
	removeCheckout, err := x.repository.checkout(ctx, s.rev, checkout)
	if err != nil {
		return err
	}
	defer removeCheckout()
	// Without paths two revisions share what they have in common in Go's cache.
	args := []string{"test", "-c", "-trimpath", "-tags", x.options.tags, "-o", s.bin + string(filepath.Separator),
		"-ldflags", "-X " + module + "/harness/environ.Revision=" + s.rev.label}
	for _, suite := range x.options.suites {
		args = append(args, "./suites/"+suite)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = checkout
	cmd.Stdout, cmd.Stderr = stderr, stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	return x.able(ctx, s)
}

// able refuses a revision whose suites do not know how to measure one round: they
// would take the setting for a mistake, if they were kind.
func (x *comparison) able(ctx context.Context, s *side) error {
	for _, suite := range x.options.suites {
		cmd := exec.CommandContext(ctx, s.binary(suite), "-h")
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("ask suite %s for its settings: %w", suite, err)
		}
		if !strings.Contains(said.String(), onlyRound) {
			return fmt.Errorf("that revision is older than make ab: its suites cannot measure one round by itself (%s), "+
				"and one session after the other would report drift as change", onlyRound)
		}
	}
	return nil
}

// binary is where a suite's test binary is.
func (s *side) binary(suite string) string {
	name := suite + ".test"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(s.bin, name)
}
