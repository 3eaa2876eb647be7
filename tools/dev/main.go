// Command dev is what only those need who change duet: the check, what the check
// needs on this machine, fuzzing, and an image of Ollama. The Makefile has a
// target for each.
//
//	go run ./tools/dev check             make test: everything that takes minutes
//	go run ./tools/dev check -quick      make check: what needs nothing but Go
//	go run ./tools/dev check -long       what make test-all has beyond make test
//	go run ./tools/dev check -vuln       known vulnerabilities: needs a network
//	go run ./tools/dev provision         Ollama, a browser, the client runtimes
//	go run ./tools/dev fuzz -time 1h     every fuzz target
//	go run ./tools/dev image             a container image of Ollama
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

var commands = map[string]func(context.Context, []string) error{
	"check": checkCommand, "provision": provisionCommand, "fuzz": fuzzCommand, "image": imageCommand,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: dev check|provision|fuzz|image [flags]")
		os.Exit(2)
	}
	err := commands[os.Args[1]](ctx, os.Args[2:])
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(os.Stderr, "dev %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}
