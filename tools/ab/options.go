package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/compare/abba"
	"github.com/chimeraforge/duet/harness/compare/gate"
)

// options are the command line.
type options struct {
	revs   [2]string // by side
	tags   string
	suites []string
	bench  string
	gate   string
	pass   [2][]string // settings, by side: those for both, then its own
}

const usage = `Usage: ab -old REV -new REV [-tags ollama|gpu] [-suites multi] [-bench PATTERN] [-gate default|FILE] [-duet.X=V …] [-old.duet.X=V …] [-new.duet.X=V …]

REV is anything git knows, or "." for the work tree as it is. -duet.X=V is a setting
of both sides, -old.duet.X=V and -new.duet.X=V of one.

`

func parse(stderr io.Writer, args []string) (options, error) {
	var o options
	set := flag.NewFlagSet("ab", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	set.StringVar(&o.revs[abba.Old], "old", "", "the `revision` to compare with")
	set.StringVar(&o.revs[abba.New], "new", ".", "the `revision` to judge")
	set.StringVar(&o.tags, "tags", os.Getenv("TAGS"), "build tag that chooses the servers: none (simulated), ollama or gpu")
	suites := set.String("suites", "multi", "suites to run, in order")
	set.StringVar(&o.bench, "bench", ".", "cells to run, as for go test")
	set.StringVar(&o.gate, "gate", gate.DefaultName, "a gates.yaml, or default for the shipped one")
	err := set.Parse(o.split(args))
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, usage)
		set.SetOutput(stderr)
		set.PrintDefaults()
	}
	if err != nil {
		return o, err
	}
	o.suites = strings.Split(*suites, ",")
	return o, o.check(set.Args())
}

// split keeps the settings, and returns the rest.
func (o *options) split(args []string) (own []string) {
	for _, a := range args {
		word := strings.TrimLeft(a, "-")
		if word == a { // a value: a branch may be called old.duet
			own = append(own, a)
			continue
		}
		before, isOld := strings.CutPrefix(word, "old.")
		after, isNew := strings.CutPrefix(word, "new.")
		switch {
		case strings.HasPrefix(word, "duet."):
			o.pass[abba.Old], o.pass[abba.New] = append(o.pass[abba.Old], "-"+word), append(o.pass[abba.New], "-"+word)
		case isOld:
			o.pass[abba.Old] = append(o.pass[abba.Old], "-"+before)
		case isNew:
			o.pass[abba.New] = append(o.pass[abba.New], "-"+after)
		default:
			own = append(own, a)
		}
	}
	return own
}

func (o *options) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected %q", rest[0])
	case o.revs[abba.Old] == "":
		return errors.New("-old REV is needed: what to compare with, such as main or HEAD~1 (make ab OLD=main)")
	case o.revs[abba.New] == "":
		return errors.New(`-new= is empty; "." is the work tree as it is`)
	case !slices.Contains([]string{"", "ollama", "gpu"}, o.tags):
		return fmt.Errorf("-tags=%s: allowed are ollama, gpu or none", o.tags)
	}
	for i, s := range o.suites {
		if s != "single" && s != "multi" || slices.Contains(o.suites[:i], s) {
			return fmt.Errorf("-suites=%s: allowed are single, multi, each once", strings.Join(o.suites, ","))
		}
	}
	return nil
}
