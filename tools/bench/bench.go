package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/settings"
)

// errUsage is wrapped by errors of the command line.
var errUsage = errors.New("usage")

// errQuiet is wrapped by an error that has been printed already.
var errQuiet = errors.New("suite failed")

// status is a suite's exit status.
type status struct{ code int }

func (s status) Error() string { return fmt.Sprintf("exit status %d", s.code) }
func (s status) Unwrap() error { return errQuiet }

func exitCode(err error) int {
	var s status
	switch {
	case err == nil:
		return 0
	case errors.As(err, &s):
		return s.code
	case errors.Is(err, errUsage):
		return 2
	}
	return 1
}

// options are the command line: what goes to the build, and what goes on to the
// suites (-duet.* and -bench).
type options struct {
	tags     string
	suites   []string
	bench    string
	prebuilt string // folder of a bundle's suites; "" to build them
	pass     []string
}

func parse(stderr io.Writer, args []string) (options, error) {
	var o options
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.StringVar(&o.tags, "tags", os.Getenv("TAGS"), "build tag that chooses the servers: none (simulated), ollama or gpu")
	suites := set.String("suites", "single,multi", "suites to run, in order")
	set.StringVar(&o.bench, "bench", ".", "cells to run, as for go test")
	set.StringVar(&o.prebuilt, "prebuilt", "", "run the suites that make bundle put into this `folder`, and build nothing")
	var own []string
	for _, a := range args {
		if strings.HasPrefix(strings.TrimLeft(a, "-"), "duet.") {
			o.pass = append(o.pass, a)
		} else {
			own = append(own, a)
		}
	}
	if err := set.Parse(own); err != nil {
		return o, fmt.Errorf("%w: %w", errUsage, err)
	}
	if set.NArg() > 0 {
		return o, fmt.Errorf("%w: unexpected %q", errUsage, set.Arg(0))
	}
	if !slices.Contains([]string{"", "ollama", "gpu"}, o.tags) {
		return o, fmt.Errorf("%w: -tags=%s: allowed are ollama, gpu or none", errUsage, o.tags)
	}
	for s := range strings.SplitSeq(*suites, ",") {
		if s != "single" && s != "multi" {
			return o, fmt.Errorf("%w: -suites=%s: allowed are single, multi", errUsage, *suites)
		}
		o.suites = append(o.suites, s)
	}
	return o, nil
}

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	o, err := parse(stderr, args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	// The suites hear an interrupt themselves; this command stays to say where
	// the results are.
	ctx, stop := signal.NotifyContext(ctx, forwarded...)
	defer stop()
	announce(stdout, o)
	if err := o.within(stdout); err != nil {
		return err
	}
	bin, remove, err := o.binaries(ctx, stderr)
	if err != nil {
		return err
	}
	defer remove()
	var failed error
	sessions := []string{}
	for _, s := range o.suites {
		dir, err := runSuite(ctx, stdout, stderr, o, bin, s)
		if dir != "" && !slices.Contains(sessions, dir) {
			sessions = append(sessions, dir)
		}
		failed = worse(failed, err)
		if ctx.Err() != nil || dir == "" {
			break // interrupted, or no session: the next suite would not get one either
		}
	}
	err = publish(stdout, sessions)
	if err != nil && failed != nil {
		fmt.Fprintln(stderr, "bench:", err) // the exit status is the suite's
		return failed
	}
	return errors.Join(failed, err)
}

// worse keeps the first failure, but an interrupt above all.
func worse(a, b error) error {
	if a == nil || exitCode(b) == 130 {
		return b
	}
	return a
}

// settings are what the suites will read.
func (o options) settings() (settings.Settings, error) {
	set := flag.NewFlagSet("", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	flags := settings.Register(set)
	if err := set.Parse(o.pass); err != nil {
		return settings.Settings{}, err
	}
	return flags.Load(os.LookupEnv)
}

// simulated reports whether the servers are going to be simulated. The suites
// decide, and say it again, and refuse settings that are wrong; this is for the first
// line a person reads.
func (o options) simulated() bool {
	s, err := o.settings()
	if err != nil {
		return o.tags == ""
	}
	return s.Simulated(o.tags)
}

func announce(w io.Writer, o options) {
	if o.simulated() {
		fmt.Fprintln(w, "# This is a SIMULATION: no model runs, and every number is simulated.")
		fmt.Fprintln(w, "# To measure this machine: make bench TAGS=ollama (any machine with Ollama), make bench TAGS=gpu (models must be on the GPU).")
	}
}
