package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/compare/abba"
	"github.com/chimeraforge/duet/internal/procgroup"
)

// stopping is what a suite may take to stop its servers.
const stopping = 2 * time.Minute

// sit measures one round of one side. It is an error for the round not to be
// recorded then; a run that failed is recorded as such, and judged.
func (x *comparison) sit(ctx context.Context, stderr io.Writer, suite string, at abba.Sitting) error {
	s := x.sides[at.Side]
	began := time.Now()
	hidden, err := s.measure(ctx, stderr, x.options.bench, suite, at.Round)
	if ctx.Err() != nil {
		return errInterrupted
	}
	done, readErr := s.done(suite)
	if readErr != nil {
		return readErr
	}
	if !done[at.Round] {
		fmt.Fprint(stderr, strings.Join(hidden, ""))
		if err == nil {
			err = errShort
		}
		return fmt.Errorf("round %d of suite %s, %s side, is not measured: %w; the same command goes on from here", at.Round, suite, s, err)
	}
	s.known = true
	failed := ""
	if err != nil {
		failed = fmt.Sprintf("; %v, see %s", err, s.dir)
	}
	fmt.Fprintf(stderr, "%s: round %d of %d, %s side, %s%s\n", suite, at.Round, s.settings.Rounds, s, time.Since(began).Round(100*time.Millisecond), failed)
	return nil
}

var errShort = errors.New("some cells have no run")

// measure runs a suite's test binary, in a group that ends with this program
// however it ends. It shows what a person must see and returns the rest.
func (s *side) measure(ctx context.Context, stderr io.Writer, bench, suite string, round int) (hidden []string, err error) {
	args := append([]string{"-test.run=^$", "-test.bench=" + bench, "-test.benchtime=1x", "-test.timeout=0"}, s.flags...)
	cmd := exec.CommandContext(ctx, s.binary(suite), append(args, fmt.Sprintf("%s=%d", onlyRound, round))...)
	cmd.Dir, cmd.Env = s.bin, append(procgroup.Environ(), "DUET_PROGRESS=log")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr, cmd.WaitDelay = cmd.Stdout, stopping // both are for whoever watches
	group, err := procgroup.New()
	if err != nil {
		return nil, err
	}
	cmd.Cancel = group.Terminate
	if err := group.Start(cmd); err != nil {
		return nil, errors.Join(err, group.Kill())
	}
	hidden = relay(stderr, out, s)
	return hidden, errors.Join(cmd.Wait(), group.Kill())
}

// routine are the lines of a round in which nothing is wrong, but for the suite's
// own words, which begin with its name.
var routine = regexp.MustCompile(`^(PASS|FAIL|Unit .*|Benchmark.*|[a-z][A-Za-z0-9_-]*: .*|# (session|round|to make|resumed|SIMULATION|To measure|SYNTHETIC).*|\s*)$`)

// relay shows what a suite says: everything in a side's first sitting, so that
// whoever watches knows what is measured, and what is out of the ordinary later.
func relay(stderr io.Writer, out io.Reader, s *side) (hidden []string) {
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		text := strings.TrimRight(line, "\r\n")
		switch comment := strings.HasPrefix(text, "#"); {
		case !strings.HasPrefix(text, "duet: ") && routine.MatchString(text), comment && s.known:
			hidden = append(hidden, line)
		default:
			fmt.Fprintf(stderr, "  %s: %s\n", s, text)
		}
		if err != nil {
			return hidden
		}
	}
}
