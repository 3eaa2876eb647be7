// Package ab is "duet ab" and "make ab": it measures two revisions of whatever
// changes (the suites, a client runtime, a server) in turn, round by round, and
// compares them.
//
//	go run ./tools/duet ab -old main -new .
//	go run ./tools/duet ab -old v1.2 -new v1.3 -tags ollama -duet.models=tiny
//	go run ./tools/duet ab -old . -new . -tags ollama -old.duet.ollama=A -new.duet.ollama=B
//
// Two sessions one after the other report what the machine did meanwhile as a
// change; compare.ABBA is the order that does not, docs/ab.md the rest.
//
//  1. Git resolves the revisions; "." is the work tree with what is in no commit yet.
//  2. Each is checked out into a folder of its own and its suites are built there,
//     with that revision's clients in them. The checkouts are gone before anything
//     is measured.
//  3. A side is measured in partial sessions of one round each (-duet.only-round):
//     servers and meters start anew every time, for both sides alike.
//  4. This revision's own comparison and gate judge both sessions.
//
// stdout is what benchfmt compare and gate say, stderr the progress. Exit status: 0
// the gate passes, 1 it fails, 3 it is inconclusive, 2 there is nothing to judge,
// 130 interrupted; the same command goes on from there.
package ab

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// Unusable is the exit status where there is nothing to judge.
const Unusable = 2

// What a comparison came to.
var (
	errFails        = suites.Printed(suites.Failed, "the gate fails")
	errInconclusive = suites.Printed(3, "the gate is inconclusive")
	errInterrupted  = suites.Exit(suites.Interrupted, errors.New("interrupted; the same command goes on from here"))
)

// options are the command line.
type options struct {
	suites.Wanted
	revs [2]string // by side
	gate string
	pass [2][]string // settings, by side: those for both, then its own
}

const usage = `Usage: duet ab -old REV -new REV [-tags ollama|gpu] [-suites multi] [-bench PATTERN] [-gate default|FILE] [-duet.X=V …] [-old.duet.X=V …] [-new.duet.X=V …]

REV is anything git knows, or "." for the work tree as it is. -duet.X=V is a setting
of both sides, -old.duet.X=V and -new.duet.X=V of one.

`

func parse(stderr io.Writer, args []string) (options, error) {
	var o options
	set := flag.NewFlagSet("duet ab", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	set.StringVar(&o.revs[compare.OldArm], "old", "", "the `revision` to compare with")
	set.StringVar(&o.revs[compare.NewArm], "new", ".", "the `revision` to judge")
	o.Register(set, "multi")
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
	switch {
	case o.revs[compare.OldArm] == "":
		err = errors.New("-old REV is needed: what to compare with, such as main or HEAD~1 (make ab OLD=main)")
	case o.revs[compare.NewArm] == "":
		err = errors.New(`-new= is empty; "." is the work tree as it is`)
	default:
		err = o.Check(set, false)
	}
	return o, err
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
			o.pass[compare.OldArm], o.pass[compare.NewArm] = append(o.pass[compare.OldArm], "-"+word), append(o.pass[compare.NewArm], "-"+word)
		case isOld:
			o.pass[compare.OldArm] = append(o.pass[compare.OldArm], "-"+before)
		case isNew:
			o.pass[compare.NewArm] = append(o.pass[compare.NewArm], "-"+after)
		default:
			own = append(own, a)
		}
	}
	return own
}
