package ab

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

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
	if x.binaries == "" {
		x.binaries = dir
	}
	for _, s := range x.sides {
		s.bin = filepath.Join(x.binaries, s.rev.commit) // the same revision is built once
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
	if err := x.options.Compile(ctx, stderr, checkout, s.bin, "-trimpath", "-ldflags", suites.Stamp(s.rev.label)); err != nil {
		return err
	}
	return x.able(ctx, s)
}

// able refuses a revision whose suites do not know how to measure one round: they
// would take the setting for a mistake, if they were kind.
func (x *comparison) able(ctx context.Context, s *side) error {
	for _, suite := range x.options.Suites {
		text, err := exec.CommandContext(ctx, suites.Binary(s.bin, suite), "-h").CombinedOutput()
		if err != nil {
			return fmt.Errorf("ask suite %s for its settings: %w", suite, err)
		}
		if !strings.Contains(string(text), onlyRound) {
			return fmt.Errorf("that revision is older than make ab: its suites cannot measure one round by itself (%s), "+
				"and one session after the other would report drift as change", onlyRound)
		}
	}
	return nil
}
