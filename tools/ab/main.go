// Command ab is "make ab": it measures two revisions of whatever changes (the
// suites, a client runtime, a server) in turn, round by round, and compares them.
//
//	go run ./tools/ab -old main -new .
//	go run ./tools/ab -old v1.2 -new v1.3 -tags ollama -duet.models=tiny
//	go run ./tools/ab -old . -new . -tags ollama -old.duet.ollama=A -new.duet.ollama=B
//
// Two sessions one after the other report what the machine did meanwhile as a
// change; package abba has the order that does not, docs/ab.md the rest.
//
//  1. Git resolves the revisions; "." is the work tree with what is in no commit yet.
//  2. Each is checked out into a folder of its own and its suites are built there,
//     with that revision's clients in them. The checkouts are gone before anything
//     is measured.
//  3. Each sitting is one round of one side (-duet.only-round): servers and meters
//     start anew every time, for both sides alike.
//  4. This revision's own comparison and gate judge both sessions.
//
// stdout is what benchfmt compare and gate say, stderr the progress. Exit status: 0
// the gate passes, 1 it fails, 3 it is inconclusive, 2 there is nothing to judge,
// 130 interrupted; the same command goes on from there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
)

// Exit statuses besides 0.
const (
	exitFails        = 1
	exitUnusable     = 2
	exitInconclusive = 3
	exitInterrupted  = 130
)

// What a comparison came to; it has been printed.
var (
	errFails        = errors.New("the gate fails")
	errInconclusive = errors.New("the gate is inconclusive")
)

// errInterrupted is for a comparison that the same command goes on with.
var errInterrupted = errors.New("interrupted; the same command goes on from here")

func main() {
	err := run(context.Background(), os.Stdout, os.Stderr, os.Args[1:])
	code := exitCode(err)
	if code == exitUnusable || code == exitInterrupted {
		fmt.Fprintln(os.Stderr, "ab:", err)
	}
	os.Exit(code)
}

func exitCode(err error) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.Is(err, errFails):
		return exitFails
	case errors.Is(err, errInconclusive):
		return exitInconclusive
	}
	return exitUnusable
}
